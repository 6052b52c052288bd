"""Given names and what people who bear them are called, in Latin letters and without accents.

Before the colon the full names, which are different names; after it the short forms that may stand
for any of them. Only short forms that are hardly names of their own, for `Liam` is no `William`.
"""

TABLE = """
william wilhelm willem: bill billy will willy willie wim
robert roberto: bob bobby rob robbie bert
richard ricardo riccardo: dick rick ricky rich richie
john jonathan johan johann johannes: jack johnny jon jonny john hannes
james: jim jimmy jamie
charles carlos karl: charlie chuck chas
edward eduard edmund: ed eddie ted teddy ned
thomas tomas: tom tommy thom
michael miguel mikhail michal mikael michel: mike mick mickey micky misha mikey
joseph josef jose giuseppe: joe joey pepe beppe jo sepp
daniel daniele: dan danny
david: dave davy
andrew andreas andrei andrzej: andy drew
anthony antonio anton: tony toni
christopher christoph christian: chris kit
nicholas nikolas nikolai niklas nicolas: nick nicky nico niko klaus kolya
alexander alexandra aleksandr aleksandra: alex sasha sacha xander alec lex sandy
alejandro alejandra alessandro alessandra: alex ale sandro sandra
samuel samantha: sam sammy
benjamin: ben benny benji
matthew matthias mateusz matteo: matt matty
stephen steven stefan: steve stevie
gregory grigory grzegorz: greg grisha
timothy: tim timmy
patrick patricia: pat paddy patsy trish tricia
peter pedro pyotr piotr: pete petya piotrek
philip philipp philippe: phil pip
kenneth: ken kenny
ronald: ron ronnie
donald: don donny
gerald gerard gerhard: gerry jerry gerd
laurence lawrence lorenzo: larry laurie
leonard leonardo: len lenny leo
frederick friedrich frederic federico: fred freddy freddie fritz
francis francesco francisco franz: frank frankie paco pancho
henry henrik heinrich enrique: harry hank hal heinz kike
theodore theodor: ted teddy theo
vincent vincenzo vicente: vince vinny enzo
raymond: ray
walter: walt wally
zachary: zach zack
joshua: josh
jeffrey geoffrey: jeff geoff
jacob jakob jakub: jake kuba
nathaniel nathan: nat nate
eugene yevgeny: gene zhenya
elizabeth elisabeth elisabetta: liz lizzy lizzie beth betty betsy bess eliza libby elsie lisbeth
margaret margarethe margarita: meg maggie peggy marge madge greta gretchen rita daisy
katherine catherine katharina kathleen: kate katie kathy cathy kitty kay
katarzyna ekaterina yekaterina: kasia katya katja kate
mary maria marie: molly polly mitzi mimi masha
anna anne hannah: annie nan nancy anya
susan susanna susanne suzanne: sue susie suzy
victoria: vicky vickie tori
rebecca: becky becca
rosalind rosalinda: ros roz
leticia letitia: lety letty tish
jennifer: jen jenny jenn
deborah: deb debbie
barbara: barb barbie babs
dorothy dorothea: dot dottie dolly
judith: judy jude
pamela: pam pammy
sarah sara: sally sadie
theresa teresa: terry tess tessa
virginia: ginny
abigail avigail: abby abbie
eleanor eleonora helen: nell nellie ellie lenny
frances francesca francisca: fran frannie
josephine josefa josefina: josie jo fifi
caroline carolina: carrie caro
christine christina cristina kristina: chris chrissy tina
valentina: valya tina
vladimir: vova volodya vlad
dmitri dmitry dimitri dmitriy: dima mitya
ivan: vanya
sergei sergey: seryozha
tatiana tatyana: tanya
natalia nataliya natalya: natasha
olga: olya
nadezhda: nadya
svetlana: sveta
lyudmila ludmila: lyuda lyusya
yelena elena: lena
irina: ira
galina: galya
anastasia anastasiya: nastya
yevgenia evgenia eugenia: zhenya
oksana: ksyusha
yuri yury: yura
boris: borya
pavel: pasha
alexei alexey aleksei aleksey: alyosha lyosha
gennady gennadi: gena
viktor: vitya
leonid: lyonya
valery valeri: valera
wojciech: wojtek
jan: janek jasiek
stanislaw: staszek stas
tomasz: tomek
malgorzata: gosia malgosia
agnieszka: aga
magdalena: magda lena
georg jorge george: jurgen georgie schorsch
ludwig ludovic: lutz lou
maximilian maxime maxim: max
sebastian: seb basti bastian
ignacio: nacho
guadalupe: lupe
concepcion: concha conchita
dolores: lola lolita
rosario: charo
mohammed muhammad mohamed: mo hamada
abdullah: abdo abboud
eleftheria: lefteria ria
konstantinos constantine konstantin: kostas costa kostya
panagiotis: panos takis
dimitrios: dimitris mitsos jim
ioannis: yannis giannis john
montserrat: montse
guillermo guillem: memo guille
mercedes: merche meche
jesus: chus chuy
consuelo: chelo
rosario rosaura: chayo
soledad: sole
pilar: pili
encarnacion: encarna
ernesto: neto
eduardo: lalo edu
fernando: nando fer
rafael rafaela: rafa
isabel isabella: isa bella chabela
beatriz beatrice beatrix: bea trixie
javier xavier: javi xavi
santiago: santi chago
manuel manuela: manolo manu
teodoro: teo
luis luisa louis louise: lou lucho
antonia antonina: tonya toni
vyacheslav: slava
svyatoslav yaroslav stanislav: slava
rostislav: rostik
maksym: max
oleksandr oleksandra: sashko olex
hryhorii hryhoriy: hrysha
mykhailo: misko mykhas
volodymyr: vova volodia
zbigniew: zbyszek
krzysztof: krzysiek
boguslaw: bogus
kazimierz: kazik
elzbieta: ela
barbora: bara
frantisek: franta
vaclav: vasek
zdenek zdenka: zdena
istvan: pista
ferenc: feri
laszlo: laci
jozsef: joska
dimitrije: mita
evangelos evangelia: vangelis lia
georgios giorgos: yorgos
nikolaos: nikos
spyridon: spyros
athanasios: thanasis thanos sakis
anastasios: tasos
aristotelis: telis aris
ibrahim: ibo brahim
olufemi oluwafemi: femi
oluwaseun: seun
oluwatobi: tobi
babatunde: tunde
chinonso: nonso
william: wm
robert: robt
charles: chas
thomas: thos
james: jas
george: geo
joseph: jos
benjamin: benj
edward: edw
alexander: alexr
chukwuemeka: emeka
gabriel gabriela: gabe gaby gabo
"""

"""Names that one person bears in several languages or spellings, in Latin letters and without
accents: a line for each name.

Given names by language; family names of Chinese by dialect and system, and of Korean by habit. What
stands here is enough only beside another word that is the same.
"""

TABLE = """
george giorgos georgios yorgos yiorgos giorgi giorgio georges georg jorge jerzy jiri gyorgy gheorghe georgi georgy georgiy jordi yegor yrjo jurgen
john jon johann johannes johan jean juan joao giovanni ivan jan janos johannis ioannis yiannis giannis yannis ion ioan sean evan hovhannes yahya juhani joan ivane
isaac isaak yitzhak itzhak yitzchak izhak ishaq isak izaak ishak
jacob james jakob jakub yaakov yakov jacques jaime iago tiago giacomo jaakko yakub yaqub hakob iakob
joseph josef jose josep giuseppe jozef yosef yusuf youssef yousef iosif josip joosep hovsep yosif yussuf
abraham avraham ibrahim abram ebrahim
moses moshe musa moise moises moussa moisei
david davide dawid dawud daoud davit dafydd taavi
solomon shlomo sulaiman suleiman suleyman salomon salman
michael michel miguel michele mikhail michal mikael mihai mihaly mikhael miquel mihail mikko mykhailo mihalis michalis
gabriel gavriil gavril jibril cebrail gabriele
raphael rafael raffaele rafal
daniel daniil danilo daniele danyal
samuel shmuel samuil samuele
elijah elias ilya ilia eliyahu ilyas eliahu
joshua yehoshua iosua
benjamin binyamin veniamin beniamino
simon shimon simeon semyon semen szymon simone simo
peter pierre pedro pietro piotr pyotr petr petros petar petro pere pekka butrus boutros peder pieter
paul pablo paolo pavel pavlo pawel pavlos paulo pal paavo boulos pau
andrew andreas andre andrei andrej andrzej andres andrea andrey andriy andras andreu antero andrii
matthew matthias mateo matteo mateusz matthieu mathieu matej matvei matti matheus
mark marc marco marcos marek markus marko
luke lucas luca lukas lukasz luc luka loukas
thomas tomas tommaso tomasz foma tome thoma
philip philippe felipe filippo filip philipp filippos
stephen steven stephane esteban stefano stefan stepan stefanos istvan etienne szczepan stjepan
alexander alexandre alejandro alessandro aleksandr oleksandr aleksander alexandros alexandru aleksandar sandor iskander alasdair alistair alexandr
alexandra alessandra alejandra aleksandra oleksandra
alexis alexei alexey aleksei aleksey oleksii alexios alejo
basil vasily vasili vasyl vassilis vasilis vasile basilio vasilios
demetrius dmitri dmitry dmitriy dmytro dimitri dimitris dimitrios dumitru
constantine konstantin konstantinos costantino constantin kostiantyn kostyantyn
theodore theodor teodor fyodor fedor fedir theodoros teodoro feodor
gregory grigory grigori hryhorii hryhoriy grigoriy gregor gregorio grzegorz grigoris krikor grigor gregoire
nicholas nicolas nikolai nikolay nikolas nikolaos nicola mykola miklos nicolae mikolaj niccolo nikola niklas klaus
sergius sergei sergey serge sergio serhii serhiy sergiy serghei
eugene evgeny yevgeny evgeni eugenio eugen yevhen evgenii evgenios
vladimir volodymyr uladzimir wladimir wlodzimierz vladimir
vladislav wladyslaw vladyslav ladislaus ladislav laszlo
stanislaus stanislav stanislaw
wenceslaus vaclav waclaw vyacheslav
anthony antoine antonio anton antoni antonius antonin antal antonios anthonis
charles carlos carlo karl karel karol charl kaarle karoly carles
louis luis luigi ludwig ludwik ludvik lajos lluis ludovic luiz
francis francois francesco francisco franz frans ferenc franciszek frantisek francesc
henry henri heinrich enrique enrico henrik hendrik henryk enric
william wilhelm guillaume guillermo guglielmo willem vilhelm wilhelmus guilherme gwilym vilmos liam
frederick friedrich frederic federico fryderyk fredrik frederik
edward eduard eduardo edouard edvard edoardo duarte
robert roberto ruprecht rupert
richard ricardo riccardo ryszard rikard
lawrence laurent lorenzo lars laurens lauri laurentiu lovro vavrinec laurence
vincent vicente vincenzo vincenc wincenty
christopher cristobal christophe christoph cristoforo krzysztof kristoffer christophoros
christian cristian kristian krystian cristiano hristian
patrick patricio patrice padraig patrizio
hugh hugo ugo hugues
ralph raoul raul rolf rodolfo rudolf rodolphe
eric erik erich enrik eirik
philippa filippa
mary maria marie mariya maryam miriam mariam myriam mair maire moira
anne anna ana hannah hanna hana anya ane channah
elizabeth elisabeth elisabetta isabel isabella isabelle elisabet elzbieta alzbeta elisaveta yelizaveta erzsebet elisheva
catherine katherine katharina caterina catalina katarzyna katerina ekaterina yekaterina kateryna katalin catarina karin ekaterine katarina aikaterini catriona caitriona kathryn
margaret marguerite margarita margherita margarete margarethe malgorzata marketa margit margarida mairead merete
helen helene elena yelena olena ilona jelena eleni helena alena heleni
irene irina iryna eirini irena
sophia sophie sofia sofiya zofia sofya
julia julie giulia yulia yuliya juliette julija iulia ioulia
natalie natalia nataliya natalya nathalie natalija
theresa teresa therese terezia tereza teresia
martha marta marthe
eve eva hawa chava
sarah sara sarai
rachel raquel rachele rahel
rebecca rebeka rivka rebeca
esther ester hadassah
judith judit giuditta yehudit
susan susanna suzanne zuzana zsuzsanna susana shoshana zuzanna
christine christina cristina kristina krystyna kirsten kristin hristina
agnes ines agnieszka agnese ineza aneska
cecilia cecile cecily caecilia
barbara varvara borbala
lucy lucia lucie luzia lucija
veronica veronika veronique berenice
victoria viktoria vittoria viktoriya
dorothy dorothea dorothee dorota
magdalene magdalena madeleine madalena
anastasia anastasiya nastassja anastazja
xenia kseniya oksana ksenia xeniya
muhammad mohammed mohamed mohammad mehmet muhammed mahomet mamadou
ahmad ahmed ahmet achmed
hussein husain hossein hussain huseyin husayn
uthman osman othman usman
umar omar omer
yusuf youssef yousef yousuf
mustafa moustafa mostafa mustapha
abdullah abdallah abdulla abdoullah
khadija khadijah hatice
aisha ayesha aicha ayse
fatima fatma fatemeh fatimah
zaynab zainab zeinab zeynep
khalid khaled halit
zhang chang cheung cheong teo
wang wong
li lee lei
liu lau lew liew
chen chan tan chin ching
yang yeung yeong
huang wong hwang ooi
zhao chao chiu teo
wu ng woo goh
zhou chou chow chau chew
xu hsu tsui hui chui
sun suen
zhu chu choo
gao kao ko
lin lam lim
he ho hor
guo kuo kwok kok quek
luo lo law
zheng cheng jeng tay
liang leung leong
xie hsieh tse tze cheah
song sung
tang tong
deng teng
feng fung foong
cao tsao tso chou
peng pang phang
zeng tseng tsang
xiao hsiao siu siew
tian tien tin
dong tung
pan poon phua
yuan yuen
cai tsai choi tsoi chua chye
jiang chiang kong keung
yu yue yee
du tu to
ye yeh yip yap
cheng ching shing
wei ngai
su so soo
lyu lui loo
ding ting
shen sham shum sum
ren jen yam
yao yiu yeow
lu luk look
zhong chung cheong
cui tsui chui
tan tam tham
liao liu leow
shi shih shek sze
jin chin kam
xia hsia ha
fang fong
zou tsou chau
xiong hsiung hung
bai pai pak
meng mang
qin chin chun
qiu chiu yau
hou hau
yin wan
xue hsueh sit
yan yen yim gan
long lung
tao to
ouyang auyeung auyong
situ szeto seeto
sima szema
zhuge chukot
shangguan seungkoon
lee yi rhee ri
kim gim
park pak bak
choi choe
jung jeong chung jong
kang gang
cho jo
yoon yun
jang chang
lim im rim
seo suh
shin sin
kwon gwon
ahn an
ryu yoo yu
jeon chun jun
ko go
moon mun
bae pae
baek paik baik
heo hur huh
shim sim
noh roh
kwak gwak
sung seong
joo ju chu
woo wu
koo gu ku
byun byeon pyon
namgung namkoong namgoong
dokgo tokko dokko dokgoh tokgo
hwangbo hwangboh
seonwoo sunwoo sonu
jegal chegal
sagong sakong
"""

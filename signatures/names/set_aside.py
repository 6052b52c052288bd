"""Words that tell nothing about who a name means, in the languages that letters are signed in.

Titles, honours, what fans and fakes add ("the real", "official"), and the small words inside
names. Written here as people write them; compared in the form of `words.seen`.
"""

# Before and after a name.
TITLES = """
    sir dame lord lady dr prof professor mr mrs ms mx miss mister rev reverend fr sr sister brother
    hon rt honourable honorable capt captain col gen sgt rabbi imam pastor bishop maestro maestra
    jr senior junior ii iii iv phd md mba ma ba msc bsc llb llm esq obe mbe cbe kbe dbe ch qc kc
    herr frau dipl ing mag doktor doktorin professorin
    monsieur madame mademoiselle mme mlle docteur professeur
    senor senora senorita don dona doctor doctora profesor profesora lic
    senhor senhora doutor doutora sra srta
    signor signora signore dottor dottoressa dott professoressa
    pan pani bay bey hanim ustad ustadh sheikh shaikh sheik hajji haji sayyid shri sri smt
    г н г-н госпожа господин д р доктор професор профессор пан пани
    κ κα κύριος κυρία δρ καθηγητής
    г-жа гн гжа др проф академик δρ κος κας καθηγήτρια
    السيّد الشيخة الحاجة المهندس المهندسة القس الآنسة
    آقا آقای خانم دکتر جناب مهندس
    ד"ר דר פרופ פרופסור גב גברת הרב עו"ד
    श्री श्रीमती श्रीमान सुश्री डॉ पंडित প্রফেসর জনাব
    ბატონი ქალბატონი დოქტორი პროფესორი պարոն տիկին դոկտոր պրոֆեսոր
    sayın bayan doç muhterem magister freiherr freifrau gräfin
    mevrouw meneer dhr mevr jonkheer bapak tohtori fru frøken fröken
    domnul doamna dna dnul slečna inż mgr dds dvm rn cpa ceo sensei ssi nim
    さん 様 先生 氏 ちゃん 님 선생님 씨 교수 교수님 박사 박사님
    女士 教授 博士 老师 老師 小姐 太太
"""
# Those that follow a name without a space.
ATTACHED = """
    さん 様 先生 氏 ちゃん さま 教授 博士 女士 小姐 老师 老師 本人 公式 事務所
    님 씨 선생님 교수 교수님 박사 박사님
"""
# What is added to a known name, to seem to be it or to speak for it.
ADDITIONS = """
    dj deejay mc emcee vj rapper producer диджей دي جي
    the real official officially original only true actual genuine verified authentic one its it's
    iam im this is not a account page band group singer actor actress author writer artist musician
    composer poet director painter friends fans fan club team society foundation estate office
    management on behalf of for by from and with und von der die das echte echter offiziell
    offizielle offizieller im namen für
    le la vrai vraie officiel officielle au nom de pour
    el los las verdadero verdadera oficial en nombre por para
    il vero vera ufficiale a nome di per o verdadeiro em
    prawdziwy oficjalny w imieniu gerçek resmi
    настоящий настоящая официальный официальная от имени группа певица певец
    αληθινός επίσημος
    الحقيقي الحقيقية الرسمي الرسمية باسم عن نيابة فرقة
    本人 公式 事務所
    fake not alleged self-styled lawyer spokesperson spokesman spokeswoman assistant ghost
    אמיתי אמיתית רשמי רשמית בשם असली आधिकारिक 진짜 공식 真正 官方
    ნამდვილი իսկական thật chính thức asli resmi ekte äkta oikea officiële
    ông bà anh chị cô ts gs pgs tiến sĩ giáo sư ibu pak tuan puan datuk ndugu bwana bibi
    mwalimu alhaji mallam chief oba graf herra rouva бай मास्टर जी मिस्टर
"""
# Inside names: may be in or out.
PARTICLES = """
    al el ad an ar as ash at az ul de da do dos das del della di du la le les van von der den ter
    ten af av bin ibn bint ben abu y e i und et and of the san st saint mac mc fitz zu zur
"""
# These begin a name of three words or more whose last is the given name, and is needed.
FAMILY_NAMES_FIRST = """
    nguyễn trần phạm huỳnh hoàng phan vũ đặng bùi đỗ hồ ngô dương đinh
"""

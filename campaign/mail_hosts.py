"""Mail domains that anybody can have an address at: it shows nothing about where somebody works.

Lists of our own, short and surely incomplete: the providers that most people use, and the best
known of those that give out addresses for minutes. What slips through says only its own domain,
which readers see.
"""

_FREE = """
    126.com 139.com 163.com 21cn.com 263.net abv.bg aliyun.com alice.it aol.com arcor.de att.net
    autistici.org bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com
    centrum.cz centrum.sk charter.net comcast.net cox.net daum.net disroot.org earthlink.net
    email.com email.cz eml.cc excite.com fastmail.com fastmail.fm fastmail.net fastmail.org
    foxmail.com free.fr freemail.hu freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr
    gmx.net gmx.org googlemail.com hanmail.net hey.com hotmail.com hushmail.com i.ua icloud.com
    in.gr inbox.lv inbox.ru indiatimes.com interia.pl juno.com kakao.com keemail.me laposte.net
    libero.it libertysurf.fr list.ru live.com luukku.com mac.com mail.bg mail.com mail.de
    mail.ee mail.ru mailbox.org mailfence.com maktoob.com me.com migadu.com msn.com mynet.com
    mweb.co.za nate.com naver.com neuf.fr netscape.net ntlworld.com o2.pl onet.pl online.de
    online.no op.pl optonline.net optusnet.com.au orange.fr outlook.com ozemail.com.au
    passport.com pm.me pobox.com posteo.de posteo.net poste.it proton.me protonmail.ch
    protonmail.com qq.com rambler.ru rediffmail.com riseup.net rocketmail.com runbox.com sapo.pt
    sbcglobal.net seznam.cz sfr.fr shaw.ca sina.cn sina.com sky.com skynet.be sohu.com
    startmail.com sympatico.ca t-online.de talktalk.net telenet.be terra.com.br tin.it
    tiscali.it tuta.com tuta.io tutamail.com tutanota.com tutanota.de ukr.net uol.com.br
    verizon.net videotron.ca virgilio.it virginmedia.com vk.com vodafone.it voila.fr walla.co.il
    wanadoo.fr web.de webmail.co.za wp.pl xtra.co.nz ya.ru yahoo.com yandex.com yandex.ru
    yeah.net ymail.com ziggo.nl zoho.com zohomail.com duck.com mozmail.com
    privaterelay.appleid.com simplelogin.com simplelogin.io simplelogin.co simplelogin.fr
    slmail.me aleeas.com anonaddy.com anonaddy.me addy.io passmail.net passinbox.com
    tutanota.at cock.li dismail.de systemli.org mailo.com netcourrier.com
    accountant.com activist.com adexec.com africamail.com allergist.com alumni.com
    alumnidirector.com angelic.com archaeologist.com arcticmail.com artlover.com asia-mail.com
    asia.com atheist.com australiamail.com bartender.net berlin.com bikerider.com birdlover.com
    brazilmail.com cheerful.com chef.net chemist.com chinamail.com clerk.com clubmember.org
    collector.org columnist.com comic.com computer4u.com consultant.com contractor.net
    coolsite.net counsellor.com cyberservices.com dallasmail.com deliveryman.com diplomats.com
    disciples.com disposable.com doctor.com dr.com dublin.com dutchmail.com engineer.com
    englandmail.com europe.com europemail.com execs.com financier.com fireman.net gardener.com
    geologist.com germanymail.com graduate.org graphic-designer.com groupmail.com
    hairdresser.net homemail.com hot-shot.com iname.com instruction.com instructor.net
    insurer.com irelandmail.com israelmail.com italymail.com job4u.com journalist.com
    koreamail.com lawyer.com legislator.com linuxmail.org lobbyist.com mexicomail.com
    minister.com moscowmail.com munich.com musician.org myself.com net-shopping.com null.net
    nycmail.com optician.com orthodontist.net pacific-ocean.com pacificwest.com pediatrician.com
    photographer.net physicist.net planetmail.com polandmail.com politician.com post.com
    presidency.com priest.com programmer.net protestant.com publicist.com qualityservice.com
    radiologist.net realtyagent.com reborn.com registerednurses.com reincarnate.com
    religious.com repairman.com representative.com rescueteam.com safrica.com saintly.com
    salesperson.net samerica.com sanfranmail.com scientist.com scotlandmail.com secretary.net
    socialworker.net sociologist.com solution4u.com songwriter.net spainmail.com surgical.net
    swedenmail.com swissmail.com teachers.org tech-center.com techie.com technologist.com
    theplate.com therapist.net toothfairy.com torontomail.com tvstar.com umpire.com usa.com
    webname.com worker.com workmail.com writeme.com
"""
# Providers with a name in every country: `yahoo.co.jp`, `hotmail.fr`, `live.nl`.
_FREE_EVERYWHERE = ("aol", "gmx", "hotmail", "live", "outlook", "protonmail", "yahoo", "yandex")
_DISPOSABLE = """
    10minutemail.com 1secmail.com 20minutemail.com 33mail.com burnermail.io discard.email
    dispostable.com dropmail.me emailondeck.com emailfake.com fakeinbox.com fakemail.net
    getairmail.com getnada.com guerrillamail.biz guerrillamail.com guerrillamail.de
    guerrillamail.net guerrillamail.org grr.la harakirimail.com inboxkitten.com jetable.org
    mail-temp.com mailcatch.com maildrop.cc mailinator.com mailnesia.com mailnull.com
    mailinator.net mailinator.org mailinator2.com
    mailpoof.com mailsac.com minuteinbox.com mohmal.com moakt.com mytemp.email nada.email
    sharklasers.com spam4.me spamgourmet.com temp-mail.io temp-mail.org tempail.com
    tempinbox.com tempmail.com tempmail.dev tempr.email throwawaymail.com trash-mail.com
    trashmail.com trashmail.de tmpmail.org wegwerfemail.de yopmail.com yopmail.fr yopmail.net
"""
_FREE_HOSTS = frozenset(_FREE.split())
_DISPOSABLE_HOSTS = frozenset(_DISPOSABLE.split())


def is_free(domain: str) -> bool:
    """Takes a domain in ASCII and lower case; one below a listed domain counts as it."""
    name, _dot, ending = domain.partition(".")
    # yahoo.co.jp, but not live.theatre.example: two short labels are a country's ending.
    by_country = name in _FREE_EVERYWHERE and all(len(part) <= 3 for part in ending.split("."))
    return by_country or not _FREE_HOSTS.isdisjoint(_with_parents(domain))


def is_disposable(domain: str) -> bool:
    return not _DISPOSABLE_HOSTS.isdisjoint(_with_parents(domain))


def _with_parents(domain: str) -> set[str]:
    labels = domain.split(".")
    return {".".join(labels[start:]) for start in range(len(labels) - 1)}

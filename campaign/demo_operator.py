"""Who runs the demonstration, as its page about itself tells: nobody who exists."""

NAME = {
    "en": "Saltmarsh Letters Trust, Saltmarsh (invented for the demonstration)",
    "ar": "وقف رسائل سولت مارش، سولت مارش (مُختلَق من أجل العرض)",
}
ADDRESS = {
    "en": "1 Old Quay, Saltmarsh",
    "ar": "١ الرصيف القديم، سولت مارش",
}
CONTACT = "office@saltmarsh-letters.example"
FUNDING = {
    "en": "Gifts of readers, €31,000 in the past year, and nothing else. No single gift was above "
    "€500, and no letter pays to be here.",
    "ar": "هبات القراء، ٣١٬٠٠٠ يورو في السنة الماضية، ولا شيء غيرها. لم تتجاوز أي هبة ٥٠٠ يورو، "
    "ولا تدفع أي رسالة مقابل نشرها هنا.",
}

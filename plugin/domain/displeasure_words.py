"""Words of displeasure, which alone are no anger yet; written as in `plugin.domain.anger_words`."""

from collections.abc import Mapping
from typing import Final

WEAK: Final[Mapping[str, str]] = {
    "en": """
angry
mad
annoyed|annoying
frustrated|frustrating|frustration
disappointed|disappointing|disappointment
upset
unhappy
not happy|pleased|impressed
dissatisfied
terrible|horrible|awful|dreadful
horrendous
disgusting
ridiculous
absurd
useless
incompetent
unprofessional
rude
nonsense
joke
poor|bad service|communication|experience
stupid
scam
cheated
sick|tired of
ignoring|ignored me|us
keep ignoring
still no reply|response|answer|refund|sign
still not received|arrived|here|resolved|fixed
still waiting
no one|nobody replies|replied|responds|responded|answers|answered
second|third|fourth|fifth|tenth time
how many times
how much longer
once again
yet again
wasted
hate
worst
chargeback
demand
excuses
stop lying
enough is enough
""",
    "fr": """
déçu|déçue|déçus
énervé|énervée
agacé|agacée
fâché|fâchée
mécontent|mécontente
insatisfait|insatisfaite
frustré|frustrée
nul|nulle
minable
ridicule
inutile de
toujours pas|rien
toujours aucune
aucune réponse|nouvelle
personne ne répond
troisième|deuxième|énième fois|relance
combien de fois
j exige
arnaque
marre
pas sérieux
pas content|contente
mauvais service
""",
    "es": """
decepcionado|decepcionada|decepcionante
molesto|molesta
frustrado|frustrada
descontento|descontenta
insatisfecho|insatisfecha
pésimo|pésima
horrible|terrible
ridículo|ridícula
inútil
nadie contesta|responde
nadie me contesta|responde
sin respuesta
sigo esperando
todavía nada
tercera|segunda|cuarta|enésima vez
cuántas veces
exijo
estafa
basta
mala atención|experiencia
harto|harta
vergüenza
""",
    "de": """
enttäuscht|enttäuschend|enttäuschung
frustriert|frustrierend
genervt
unzufrieden
ärgerlich
ärgert
sauer
lächerlich
katastrophe|katastrophal|katastrophaler
unprofessionell
unmöglich
immer noch nicht|nichts|kein|keine
keine antwort|reaktion
niemand antwortet|meldet
zum dritten|zweiten|vierten|wiederholten mal
wie oft
ich verlange
schlechter|miserabler|mieser service|kundenservice
mies|miserabel
betrug
frist
""",
    "ar": """
غير مقبول|مقبولة|معقول
نصاب|حرامي|كذاب
محبط|محبطة
منزعج|منزعجة
زعلان|زعلانة
متضايق|متضايقة
خيبة أمل
خاب أملي
سيئ|سيئة|سيء جدا|للغاية
مللت
تعبت من
لا أحد يرد|يجيب
ما حد|حدا يرد|بيرد|برد
محدش بيرد|رد
كم مرة
للمرة الثانية|الثالثة|الرابعة|العاشرة
حتى الآن لم
إلى متى
احتيال
كذب
استغلال
محامي
أطالب
""",
    "fa": """
ناراحت|ناراحتم
ناامید|ناامیدم
کلافه|کلافه‌ام|کلافم
خسته شدم|شدیم
ناراضی|ناراضیم|ناراضی‌ام
مایوس
هیچکس|هیچ‌کس جواب|پاسخ
جواب نمیدید|نمیدین|نمی‌دهید|نمی‌دید
کسی جواب نمیده|نمی‌دهد
چند بار|باره|دفعه
بار سوم|دوم|چهارم|دهم
تا کی
هنوز خبری
مسخره|مسخرست
بدقول|بدقولی
گند
کلاهبرداری
وکیل
""",
}
"""Phrases of displeasure: two of them, or one of them said loudly, are anger."""

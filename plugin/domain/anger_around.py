"""Words around those of anger: what denies or strengthens them, and what only looks like them.

Written as in `plugin.domain.anger_words`.
"""

from collections.abc import Mapping
from typing import Final

ELSEWHERE: Final[Mapping[str, frozenset[str]]] = {
    "fr": frozenset({"hate", "excuses"}),
}
"""Folded words of English lists that mean something else in a language: they count for nothing where it is spoken."""

FRIENDS: Final = """
mad men|max|hatter|scientist|house
mad skills
angry bird|birds|chicken|orchard|bees
sick of waiting for summer|winter|spring|christmas|snow|rain
hate to bother|ask|be|trouble|say|complain|nag|rush|miss|return|part|see|lose
would|do not hate
love to hate
worst case|nightmare|enemy
not the worst
terribly|awfully sorry|nice|kind|pretty|good|cute|cold
horrible weather
terrible weather|cold|with|at|memory
ridiculously|insanely|wickedly
no joke
joke gift|gifts|shop|book|present
not a joke
upset stomach|tummy
if .. angry|upset|mad|disappointed|furious
do not want .. disappointed|upset|angry
do not wish .. disappointed|upset|angry
hope .. not disappointed|disappoint
would|will be disappointed|upset if
is this|it|that|your|the .. scam|scams
is this|it|that|the .. site|website|shop|store|page|mail|email|message a scam
scam|scams or
not a scam
worried .. scam
sold out .. upset
on demand
high demand
in demand
second time i|we|buying|ordering|customer
second time i order|buy|ordered|bought
recommendation|gift|present|referral|quote from my|a|our lawyer|attorney|solicitor
süß sauer
saure|saurer|saures gurken|gurke|zucker|sahne
est ce une|de arnaque
هل هذا|هو|الموقع .. احتيال|نصاب
هل .. احتيال
نه خسته
خسته نباشید|نباشی|نباشین
خدا بد نده
"""
"""Phrases that only look like it; their words count for nothing."""

SWEARS: Final = """
fuck fucking fucked fuckers fuckin fkn wtf ffs shit shitty bullshit bastards bastard assholes asshole arseholes
crap crappy goddamn damnit dammit bloody
merde putain connards connard bordel enculés
mierda joder coño puta putos carajo cabrones hijueputa pinche
scheiße scheiss scheiß scheißladen scheisse verdammt verdammte arschloch arschlöcher kacke
خرا خراء حقير حقراء حقيرين تبا طز
کثافت کثافت‌ها آشغال آشغال‌ها عوضی عوضی‌ها بیشعور بی‌شعور بیشرف بی‌شرف احمق
"""
"""Words that are anger where nothing in their sentence is glad."""

GLAD: Final = """
love loved loves loving lovely amazing awesome fantastic brilliant gorgeous beautiful perfect excellent wonderful great
happy excited delighted glad thank thanks thankyou thx wow yay congratulations birthday celebrate cute comfy comfortable
merci adore adoré aime super génial géniale magnifique parfait parfaite content contente bravo
gracias encanta encantan encantó amo genial perfecto perfecta precioso preciosa maravilloso feliz contento contenta
danke liebe super toll tolle klasse perfekt wunderschön freue freut glücklich begeistert geil
شكرا أحب أحببت رائع رائعة جميل جميلة ممتاز ممتازة سعيد سعيدة مبروك مشكورين
ممنون مرسی متشکرم سپاس عالی عالیه قشنگ قشنگه زیبا دوست خوشحال خوشحالم عاشق عاشقش
"""
"""Words of joy: they make a swear or a shout a glad one."""

NEGATORS: Final = """
not no never without hardly neither nor less
pas jamais sans aucun aucune ni
nunca sin ni tampoco nada
nicht nie kein keine keinen keinem keiner ohne
لا لم لن ليس ليست لست لسنا مش مو ما غير بدون
بدون نه
"""
"""Words that deny what follows them closely."""

DENIED_AFTER: Final = """
نیستم نیست نیستیم نشدم نشده نبود نبودم نباشید نباشم نمیشم
"""
"""Verbs that deny what stands before them, as Persian does."""

AMPLIFIERS: Final = """
extremely absolutely very really beyond incredibly utterly totally completely seriously truly deeply
très vraiment extrêmement tellement profondément
muy sumamente realmente totalmente extremadamente super tan
sehr wirklich äußerst extrem total zutiefst maßlos
جدا للغاية
خیلی واقعا شدیدا بسیار
"""
"""Words that make displeasure anger, where they stand beside it."""

SO_MUCH: Final = "so such this that more been si aussi autant tan tanto so derart هكذا اینقدر"
"""After "never", words that make it no denial: "never been so angry"."""

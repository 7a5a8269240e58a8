"""Words of anger in the languages that customers write, as they are typed; read by `plugin.domain.anger`.

A line is one phrase: `a|b` is a choice of words, `..` stands for up to two words of any kind. Words of Arabic and
Persian stand without the article and without what is joined to their beginning.
"""

from collections.abc import Mapping
from typing import Final

STRONG: Final[Mapping[str, str]] = {
    "en": """
furious
outraged
livid
infuriated|infuriating
enraged
unacceptable
not acceptable
outrageous
disgraceful
disgrace
appalling
appalled
disgusted
disgusting|shocking|atrocious|abysmal service|behaviour|behavior|attitude|treatment|company|experience
pathetic
shambles
fed up
sick and tired
had enough of this|you|it|your|waiting
lost .. patience
run|running out of patience
at the end of my tether
how dare you|they
rip off
ripped off
ripping .. off
scammers
scammed
conmen
crooks
thieves
liars
lied to me|us
stole|stolen|robbed my|our money
took|taken my money and
robbed me|us
you|they robbed
worst|poorest .. service|company|shop|store|experience|support|website|retailer|seller
the worst ever
you are|guys horrible|stupid|useless|terrible|dumb|crap|worst|incompetent
never order|ordering|buy|buying|shop|shopping|purchase|purchasing|use|using .. again
never|not .. doing business with you
never ever again
last time i order|buy|shop|ordered|bought|use
lost you .. customer
lost a customer
waste of money|time|space
wasted my|enough time
wasting my time
joke of a company|shop|store|service
this is a joke
what a joke
are you kidding|joking me
is this a joke
you must be joking|kidding
this is ridiculous|absurd|insane|crazy|madness|bullshit
beyond a joke
ridiculous service
thanks for nothing
do you even care
you do not care
nobody cares
no one cares
what is wrong with you
what the hell|heck
where the hell|heck
why the hell|heck
legal action
contact|contacting|call|calling|hire|hiring|involve|from my|a|our lawyer|attorney|solicitor
my|our lawyer|attorney|solicitor will
see you in court
take you to court
small claims
sue you
suing you
report you
reporting you
trading standards
better business bureau
consumer protection
naming and shaming
pissed|pissing off
pissed
screw you
idiots
morons
hate you|your|this company|shop|store|service|people|lot
make .. me angry
makes me angry|sick
so|very|really|extremely angry|mad
i am angry|mad|fuming|seething|raging
fuming
angry customer
""",
    "fr": """
inadmissible
inacceptable
inacceptables
pas acceptable|normal du tout
scandaleux|scandaleuse
scandale
honteux|honteuse
une honte
vous devriez avoir honte
ras le bol
en ai marre
y en a marre
en ai assez
en ai plus qu assez
furieux|furieuse
en colère
très|vraiment|trop énervé|énervée|fâché|fâchée|mécontent|mécontente
exaspéré|exaspérée|exaspérant|exaspérante
excédé|excédée
scandalisé|scandalisée
indigné|indignée
révoltant|révoltante
lamentable|déplorable
arnaqueurs
arnaqué|arnaquée
escrocs|escroc
voleurs
menteurs
moquez de moi|nous|vos
moquez vous
se moque|moquer de moi|nous|ses|vos
foutez de moi|nous|vos
foutage de gueule
fout|fous de ma|notre gueule
prenez moi|nous pour
plus jamais je
plus jamais chez vous|eux
jamais plus je
commanderai|commande|achèterai|achète|rachèterai|reviendrai plus|pas jamais
porter plainte
porterai plainte
porte plainte
mise en demeure
mon avocat
répression des fraudes
pire service|site|boutique|expérience|entreprise|enseigne|société
incompétents|incompétent
bande de|d
c est du vol
c est n importe quoi
""",
    "es": """
inaceptable
inaceptables
inadmisible
intolerable
indignante
indignado|indignada
furioso|furiosa
enojado|enojada
enfadado|enfadada
enojadísimo|enojadísima
cabreado|cabreada
estoy|estamos|tengo|tienen harto|harta|hartos|hartas
harto|harta de esperar|ustedes|vosotros|esta|esto
qué vergüenza
una vergüenza
vergonzoso|vergonzosa
sinvergüenzas|sinvergüenza
estafadores
estafado|estafada
me estafaron
ladrones
mentirosos
pésimo|pésima servicio|atención|empresa|tienda|experiencia
peor servicio|atención|empresa|tienda|experiencia|compra
tomadura de pelo
tomando|tomáis|toman el pelo
se burlan
se están burlando
una burla
incompetentes
inútiles
nunca más compro|compraré|vuelvo|volveré|les|os
no vuelvo a comprar|pedir
no volveré a comprar|pedir
jamás volveré|vuelvo
los|les|os voy a denunciar
denunciaré|denunciarlos|denunciaros
poner una denuncia
hoja de reclamaciones
mi abogado
ya basta
ya estoy cansado|cansada
falta de respeto
""",
    "de": """
unverschämt|unverschämte|unverschämtes
unverschämtheit
frechheit
frech|freches
inakzeptabel|inakzeptable
nicht akzeptabel|hinnehmbar|tragbar
unzumutbar
wütend
stinksauer
stocksauer
bin|sind .. sauer
verärgert
empört
empörend
zornig
schnauze voll
nase voll
hals voll
reicht es mir|jetzt
es reicht
betrüger
abzocker
abzocke
verarscht|verarsche|verarschen
verarscht werden
saftladen
sauladen
nie wieder bei euch|ihnen
nie wieder bestellen|kaufen|bestelle|kaufe
bestelle|kaufe .. nie wieder
nie mehr bei euch|ihnen
mein|meinem|meinen|einen|dem anwalt
rechtsanwalt
rechtliche schritte
verbraucherzentrale
anzeige erstatten
schlechtester|schlechteste|schlechtesten service|laden|shop|kundenservice|erfahrung
schlechteste .. je
unfassbar|unglaublich schlecht|unfreundlich|unverschämt
wollt ihr mich
wollen sie mich
zum kotzen
kundenverarsche
lächerlicher verein|laden
inkompetent|inkompetenz
""",
    "ar": """
غاضب|غاضبة|غاضبين|غضبان|غضبانة
معصب|معصبة
مستاء|مستاءة .. جدا|للغاية|كثيرا
مستاء|مستاءة
هذا|هذه|الأمر|أمر|شيء|تصرف|تعامل|تأخير غير مقبول|مقبولة|معقول
غير مقبول|مقبولة|معقول كليا|أبدا|إطلاقا|بتاتا|نهائيا|البتة
مهزلة
فضيحة
عيب عليكم|عليك
نصابين|نصابون
حرامية
لصوص
كذابين|كذابون
سرقتم|سرقتوا|سرقتوني|سرقوني
نصبتم|نصبتوا|نصبوا علي|علينا
أسوأ .. خدمة|شركة|متجر|تجربة|موقع|تعامل|محل
خدمة|خدمتكم زفت|زبالة|سيئة|مقرفة|فاشلة|تعبانة
زفت
مقرف|مقرفة
قرفت
وقاحة|وقح
قلة احترام|أدب|ذوق
حسبي الله
لن أتعامل معكم
لن أشتري منكم
لن أطلب منكم
آخر مرة أتعامل|أشتري|أطلب|اطلب
طفح الكيل
نفد|نفذ صبري
ضاق صدري
سئمت
زهقت
تضحكون|تضحكوا|بتضحكوا علينا|علي
تستهزئون
استهتار
مسخرة
حماية المستهلك
سأقاضيكم
سأشتكي|بشتكي|هشتكي عليكم|عليك
أرفع قضية
الله ينتقم
فاشلين|فاشلون
""",
    "fa": """
عصبانی|عصبانیم|عصبانی‌ام
خشمگین|خشمگینم
کلاهبردار|کلاهبردارها|کلاهبردارید|کلاهبردارین
دزدید|دزدین
دزدها
دروغگو|دروغگوها|دروغگویید
شرم آور|آوره
شرم‌آور|شرم‌آوره
خجالت بکشید|بکشین|آوره
خجالت نمیکشید|نمی‌کشید|نمیکشین
خجالت‌آور|خجالت‌آوره
افتضاح|افتضاحه
مزخرف|مزخرفه
مسخره|مسخرست کردید|کردین|کرده
مسخره‌اش را درآوردید
مسخرشو درآوردین
وقاحت
بی احترامی
بی‌احترامی
بی مسئولیت|مسئولیتی
بی‌مسئولیت|بی‌مسئولیتی
غیر قابل قبول|قبوله|تحمل|تحمله
غیرقابل قبول|قبوله|تحمل|تحمله
بدترین .. خدمات|فروشگاه|شرکت|تجربه|سایت|پشتیبانی|خرید
دیگه|دیگر .. خرید نمیکنم|نمی‌کنم|نخواهم
دیگه|دیگر .. نمیخرم|نمی‌خرم
آخرین باره|بار .. خرید
شکایت میکنم|می‌کنم|خواهم|کنم|قانونی
پیگیری|پیگرد قضایی|قانونی
تعزیرات
لعنتی
لعنت بهتون|به
اعصابم .. خورد|خرد
اعصاب .. خورد|خرد کردید|کردین
جانم|جونم به لب
صبرم تموم|تمام
سرکار گذاشتید|گذاشتین
سر کار گذاشتید|گذاشتین
متاسفم براتون
برای خودتون متاسفم
""",
}
"""Phrases that are anger by themselves."""

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

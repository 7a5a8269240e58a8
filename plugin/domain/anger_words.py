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

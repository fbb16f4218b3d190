"""German job ads. Words are compared without umlauts and with ss for ß, as all words are."""

from guidance.matching.vocabulary.terms import Phrase, Section, Vocabulary, each

_OFFERS = (
    "gut zu wissen|das verfahren|verfahren|auswahlverfahren …|bewerbungsverfahren …|ablauf|ablauf …|… so läuft …|datenschutzhinweis …|datenschutzhinweise …|auswahl|vorstellungsgespräch …|weitere stellen …|… für dich drin …|… erwartet dich bei uns …|… deine benefits …|… dein paket …|… dein plus bei uns …|… so geht s weiter …|… das gibt es …|… spricht für uns …|… für uns spricht …|gründe für …|rahmenbedingungen …|konditionen …|… wir bieten …|… bieten wir …|… unser angebot …|… unsere angebote …|… benefits …|… deine vorteile …|… ihre vorteile …|… ihr vorteil …|… dein vorteil …|… das bekommst du …|… das bekommen sie …|… das erhalten sie …|… was du bekommst …"
    "|… was wir dir bieten …|… was wir ihnen bieten …|… darauf kannst du dich freuen …|… darauf können sie sich freuen …|… freuen sie sich auf …|… freu dich auf …|… vergütung …|… gehalt …|… verdienst …|… bezahlung …|… leistungen …|… unsere leistungen …"
    "|… eingruppierung …|… entgelt …|… warum wir …|… warum zu uns …|… warum du …|… gute gründe …|… ihre perspektiven …|… deine perspektiven …|… bewerbung …|… bewerben …|… bewirb …|so bewirbst …|… bewirbst du …|… bewerbungsfrist …|… bewerbungsprozess …|… ansprechpartner …|… kontakt …|… hinweis …"
    "|… hinweise …|… datenschutz …|… chancengleichheit …|… vielfalt …|… so geht es weiter …|… wie geht es weiter …|… nächste schritte …|… haben wir dein interesse …|… interesse geweckt …|… interessiert …|… interesse …|… befristung …|… kennziffer …"
)
_WISHES = (
    "fein wenn …|prima wenn …|klasse wenn …|cool wenn …|gut wenn …|ideal wenn …|hilfreich wenn …|fein wäre …|… nicht entscheidend …|… nicht ausschlaggebend …|… kein k o kriterium …|… kein ko kriterium …|… kein hindernis …|… nicht zwingend …|punkte für …|punkte gibt es …|bonus für …|applaus für …|extra punkte …|… leichteren einstieg …|… den einstieg …|… dir hilft|… ihnen hilft|hilft beim start …|… das wäre noch …|… noch schöner …|… freut uns …|… zusätzlich punkten …|… sonst noch …|… außerdem mitbringst …|wenn du außerdem …|… kein ausschlusskriterium …|… kür …|kür|wunsch|wünschenswert|… gern auch …|… gern noch …|… erwünscht …|… gewünscht …|… zusätzlich erwünscht …|schön aber …|… aber nicht …|was außerdem hilft …|… außerdem hilft …|auch schön …|noch besser …|wünsche|super wäre …|du punktest mit …|sie punkten mit …|erfreulich …|… glücklich macht …|… on top|… das wäre …|… was wäre …|… wäre fein …|… wäre prima …|… wäre cool …|… extra …|… extras …|… gut wäre …|… gut zu haben …|… wünschenswert …|… wünschenswerte …|… von vorteil …|… vorteilhaft …|… vorteile …|… idealerweise …|… im idealfall …|… idealfall …|… pluspunkte …|… pluspunkt …|… bonuspunkte …|… plus …|… bonus …|… optional …|kann|könnte|sollte|soll|… kann kriterien …|… soll kriterien …"
    "|… gern gesehen …|… gerne gesehen …|… gern auch …|… gerne auch …|… wäre toll …|… wäre schön …|… wäre super …|… wäre klasse …|… wäre gut …|… wäre ein …|… wären …|… nice to have …|… aber kein …|kein muss aber …|kein must aber …|… zusätzlich freuen …|… freuen wir uns …|… freuen uns …|… schön wäre …"
    "|… schön wenn …|… toll wenn …|… super wenn …|… außerdem schön …|… darüber hinaus …|… das i tüpfelchen …|… i tüpfelchen …|… sahnehäubchen …|… damit punktest du …|… damit punkten sie …|… punktest du …|… punkten …|… freut …|… extrapunkte …|… hilfreich …|… nicht zwingend …|… bevorzugt …|… rundet …|… runden …|… abgerundet …|… abrundet …|… darüber freuen wir …|… freuen wir uns besonders …|… besonders freuen …|… das macht uns glücklich …"
)
_UNWANTED = "kann ich nicht …|kann ich noch nicht …|was ich nicht …|nicht meins|keine erfahrung|kein muss|kein must|… nicht können|musst du nicht …|müssen sie nicht …|… musst du nicht …|… müssen sie nicht …|… nicht haben musst|kein muss …|… nicht erwartet …|… nicht gefragt …|… nicht gesucht …|… nicht wichtig …|… kein thema …|… brauchen wir nicht …|… nicht brauchst …|… nicht brauchen …|… nicht erforderlich …|… nicht nötig …|… nicht notwendig …|… nicht benötigt …|… nicht vorausgesetzt …|… nicht erwarten …|… nicht verlangt …|… nicht verlangen …|… brauchst du nicht …|… brauchen sie nicht …|… nicht mitbringen …|… verzichten wir …|… nicht verwenden …|… nicht nutzen …|… nicht suchen …|… keine voraussetzung …"
_DUTIES = (
    "so arbeitet …|so arbeiten …|wie wir arbeiten …|wie das team …|… tag aussieht …|… woche aussieht …|… alltag aussieht …|… arbeit aussieht …|so sieht dein tag …|so sieht deine woche …|so sieht dein alltag …|so sieht ihr tag …|so sieht ihr alltag …|… tag bei uns …|… woche bei uns …|… technik die …|… technologien die …|… tools die …|die leute …|die truppe|dein squad|was zu tun ist|was zu tun wäre|… wirkungsfeld …|was du bei uns machst …|was du bei uns bewegst …|was sie bei uns bewegen …|… du bewegst …|… sie bewegen …|… wirst du …|… du tun wirst …|… sie tun werden …|wofür du …|wofür sie …|wofür wir …|was wir machen …|was wir tun …|dein spielfeld …|… schwerpunkte …|aufgabenschwerpunkte …|ihre aufgabenschwerpunkte …|deine aufgabenschwerpunkte …|… hauptaufgaben …|einleitung|projekt|projektbeschreibung|dein impact …|dein alltag …|… dein tag …|… ihr tag …|dein team|worum es geht …|worum geht …|darum geht …|… aufgabe …|… aufgaben …|… aufgabengebiet …|… aufgabenbereich …|… tätigkeit …|… tätigkeiten …|… tätigkeitsbereich …|… tätigkeitsprofil …|… verantwortung …|… verantwortungsbereich …|… erwartet dich …|… dich erwartet …|… erwartet sie …|… sie erwartet …|… das machst du …|… was du machst …|… was du tust …|… das tust du …|… das tun sie …|… was sie tun …"
    "|… deine rolle …|… ihre rolle …|… die rolle …|… die stelle …|… der job …|… dein job …|… ihr job …|… deine mission …|… mission …|… ihre herausforderung …|… deine herausforderung …|… dein beitrag …|… ihr beitrag …|… dein wirkungskreis …|… einsatzgebiet …|… das bewegst du …|… daran arbeitest du …|… woran du arbeitest …|… das gestaltest du …|… stellenbeschreibung …|… positionsbeschreibung …"
    "|… über uns …|… wer wir sind …|… wir sind …|… das sind wir …|… wir über uns …|… unternehmen …|… unser team …|… das team …|… dein team …|… ihr team …|… unser stack …|… stack …|… technologien …|… techstack …|… werkzeuge …|… womit wir arbeiten …|… unsere …|… unser …|… das projekt …|… behörde …|… dienstort …|… standort …|… arbeitsort …|… einsatzort …|… arbeitszeit …|… abteilung …"
)
_REQUIREMENTS = (
    "fachliches|das passt|das passt …|ihr können|dein können|das passt zu uns|das brauchen wir|womit du uns …|womit sie uns …|was uns wichtig …|… worauf es ankommt …|… kommt es an|… ankommt|persönlichkeit|stellenanforderungen|bewerberprofil|das können sie …|was sie können …|damit begeisterst …|damit beeindruckst …|dein background …|ihr background …|… hintergrund …|… qualifiziert …|erwartet|gefordert|gesucht|gefragt|verlangt|vorausgesetzt|benötigt|unbedingt|… anforderung …|… anforderungen …|… anforderungsprofil …|… ihr profil …|… dein profil …|… profil …|… bringst du mit …|… bringen sie mit …|… mitbringst …|… mitbringen …|… bringst du …|… du bringst …|… sie bringen …|… wir erwarten …|… von ihnen erwarten …|… von dir erwarten …|… von ihnen erwartet …|… erwarten wir …|… unsere erwartungen …|… voraussetzung …|… voraussetzungen …|… einstellungsvoraussetzungen …|… qualifikation …|… qualifikationen …"
    "|… qualifikationsprofil …|… zwingend …|… zwingende …|… muss kriterien …|… muss …|… musskriterien …|… erforderlich …|… erforderliche …|… notwendig …|… notwendige …|… solltest du …|… sollten sie …|… überzeugst du …|… überzeugen sie …|… zeichnet dich aus …|… zeichnet sie aus …|… dich auszeichnet …|… sie auszeichnet …|… macht dich aus …|… dich ausmacht …|… wünschen wir uns …|… wir uns wünschen …|… wir wünschen uns …"
    "|… wen wir suchen …|… wir suchen …|… suchen wir …|… deine skills …|… deine fähigkeiten …|… ihre fähigkeiten …|… deine stärken …|… ihre stärken …|… deine erfahrung …|… ihre erfahrung …|… deine kenntnisse …|… ihre kenntnisse …|… kenntnisse …|… fachkenntnisse …|… fachliche …|… persönliche …|… kompetenzen …|… berufserfahrung …|… so bist du …|… das bist du …|… bist du …|… wer du bist …|… wer sie sind …|… über dich …"
    "|… über sie …|… das hast du …|… du hast …|… sie haben …|… was du brauchst …|… brauchst du …|… was sie brauchen …|… brauchen sie …|… dein hintergrund …|… ihr hintergrund …|… du passt …|… sie passen …|… passt du …|… passen sie …|… das kannst du …|… du kannst …|… was du können …|… können solltest …|… du bist …|… sie sind …|… dein rucksack …|… in deinem gepäck …|… dein know how …|… ihr know how …|… abschluss …|… ausbildung …"
)

GERMAN = Vocabulary(
    headings=(
        # Whole headings of which the entries below would match only one word.
        (Section.REQUIREMENTS, "unsere erwartungen …|unsere anforderungen …"),
        (
            Section.WISHES,
            "zusätzliche qualifikationen|weitere qualifikationen|zusätzliche kenntnisse|weitere kenntnisse|unsere wünsche",
        ),
        (Section.OFFER, _OFFERS),
        (Section.WISHES, _WISHES),
        (Section.UNWANTED, _UNWANTED),
        (Section.REQUIREMENTS, "… anforderungen …|… anforderung …|über dich …|über sie …"),
        (Section.ABOUT, _DUTIES),
        (Section.REQUIREMENTS, _REQUIREMENTS),
    ),
    phrases=(
        (
            Phrase("must", "after", counts=True),
            "mindestens|mind .|jahre erfahrung|jahre berufserfahrung|jahren erfahrung|jahre praxis|jahre in|jahre mit",
        ),
        (
            Phrase("must", "after"),
            "überzeugen sie durch|überzeugst du durch|überzeugen sie mit|überzeugst du mit|überzeugen sie uns durch|überzeugst du uns durch|überzeugen sie uns mit|überzeugst du uns mit|zeichnen sie sich durch|zeichnest du dich durch|sie überzeugen durch|du überzeugst durch|sie überzeugen mit|du überzeugst mit|du punktest durch|zwingend erforderlich|muss|müssen|musst du|erforderlich ist|erforderlich sind|notwendig ist|notwendig sind|voraussetzung ist|voraussetzungen sind|voraussetzung sind|unabdingbar ist|brauchst du|brauchen sie"
            "|benötigst du|benötigen sie|du brauchst|du benötigst|sie benötigen|wir setzen voraus|voraussetzen wir|vorausgesetzt werden|verlangt werden|gefordert sind|wir verlangen",
        ),
        (
            Phrase("must", "after", weak=True),
            "wir erwarten|erwarten wir|du bringst|sie bringen|bringst du|bringen sie|du verfügst über|sie verfügen über|verfügst du über|verfügen sie über|du hast|sie haben|hast du|wir suchen|suchen wir|solltest du|sollten sie|du solltest|sie sollten|wir wünschen uns"
            "|wünschen wir uns|du beherrschst|sie beherrschen|beherrschst du|du besitzt|sie besitzen",
        ),
        (
            Phrase("must", "after", faint=True),
            "erfahrung|erfahrungen|praxiserfahrung|berufserfahrung|kenntnisse|grundkenntnisse|fachkenntnisse|programmierkenntnisse|umgang mit|vertraut|fundierte|fundiertes|sehr gute|sehr gutes|gute|gutes|solide|solides|tiefes|tiefe|ausgeprägte|sichere|sicherer|sicheres|sicher|fit in|versiert|routiniert|expertise"
            "|verständnis|wissen|know how|du kennst|sie kennen|kennst du|du kannst|sie können|du bist|sie sind|bist du|sind sie|du programmierst|sie programmieren|du weißt|sie wissen|kannst|beherrschst|kennst|verstehst|programmierst|du studierst|sie studieren|du verstehst|sie verstehen|du arbeitest|sie arbeiten|abgeschlossenes|studium",
        ),
        (
            Phrase("must", "before", faint=True),
            "kannst du|können sie|kommst du klar|kommen sie klar|kommst du zurecht|kommen sie zurecht|kennst du dich aus|kennen sie sich aus|im schlaf|bist du vertraut|sind sie vertraut|bist du fit|bist du sicher|kennen sie|kennst du|beherrschen sie|beherrschst du|sollte dir vertraut sein|sollten dir vertraut sein|sollte ihnen vertraut sein|sind ihnen vertraut|ist ihnen vertraut|sind dir vertraut|ist dir vertraut|kenntnisse|erfahrung|erfahrungen|know how|selbstverständlich|grundlagen",
        ),
        (
            Phrase("must", "either"),
            "zwingend|erforderlich|notwendig|unabdingbar|unerlässlich|obligatorisch|verpflichtend|pflicht|voraussetzung|zwingend notwendig|nötig",
        ),
        (
            Phrase("must", "before"),
            "( muss )|( muss-kriterium )|( zwingend )|( must )|kein fremdwort|kein neuland|kein neuland mehr|keine fremdwörter|keine fremdworte|beherrschst du sicher|beherrschen sie sicher|beherrschst du|beherrschen sie|setzen wir voraus|liegt dir im blut|geht dir leicht von der hand|ein muss|ein must|ist ein muss|sind ein muss|sind pflicht|ist pflicht|setzen wir voraus|voraus|wird vorausgesetzt|werden vorausgesetzt|vorausgesetzt|wird erwartet|werden erwartet|erwarten wir|brauchst du|brauchen sie|ist gefragt|sind gefragt|zählen wir|mitbringen|bringst du mit|bringen sie mit|sitzen"
            "|sitzt|beherrschst du|beherrschen sie|ist grundvoraussetzung",
        ),
        (
            Phrase("nice", "after"),
            "möglichst|nach möglichkeit|am besten|idealerweise|im idealfall|bestenfalls|im besten fall|wenn möglich|gern auch|gerne auch|gern mit|gerne mit|vorzugsweise|bevorzugt|am liebsten|optional|wünschenswert ist|wünschenswert sind|wünschenswert wäre|wünschenswert wären|von vorteil ist|von vorteil sind|von vorteil wäre|von vorteil wären|schön wäre|schön wären"
            "|schön ist|toll wäre|toll wären|super wäre|gut wäre|ein plus ist|ein plus sind|ein plus wäre|pluspunkte für|pluspunkte gibt es für|pluspunkte sammelst du mit|bonuspunkte für|wir freuen uns über|wir freuen uns wenn|freuen wir uns über|freuen wir uns wenn|punkten sie mit|punktest du mit|darüber hinaus gern|darüber hinaus wünschenswert|erste erfahrungen gern|vielleicht"
            "|hilfreich ist|hilfreich sind|hilfreich wäre|hilfreich wären|vorteilhaft ist|vorteilhaft sind|vorteilhaft wäre|vorteilhaft wären|gern",
        ),
        (Phrase("nice", "opening"), "bonus|plus|pluspunkte|extra|gern|gerne|schön"),
        (
            Phrase("nice", "either"),
            "erwünscht|gewünscht|ausdrücklich erwünscht|sehr erwünscht|wünschenswert|von vorteil|vorteilhaft|hilfreich|optional|willkommen|gern gesehen|gerne gesehen|aber schön|aber gern|aber gerne|aber hilfreich|kein muss aber schön|aber kein muss|aber kein must|aber keine pflicht|nice to have|nützlich",
        ),
        (
            Phrase("nice", "before"),
            "( kann )|( soll )|( kann-kriterium )|( optional )|ein plus|ein pluspunkt|ein bonus|ein großes plus|ein großer vorteil|ein klarer vorteil|ein vorteil|ein echtes plus|ein zusätzliches plus|wäre toll|wären toll|wäre schön|wären schön|wäre super|wären super|wäre gut|wären gut|wäre klasse|wäre ideal|wäre ein|wären ein|freuen wir uns|freut uns|freuen uns|umso besser|um so besser|schadet nicht|schaden nicht|erleichtert den einstieg|erleichtern den einstieg|erleichtert den start|erleichtern den start|erleichtert dir den einstieg|erleichtern dir den einstieg|erleichtert ihnen den einstieg|erleichtern ihnen den einstieg|hilft beim einstieg|helfen beim einstieg|hilft beim start|hilft .|hilft ,|hilft dir|helfen dir|hilft ihnen|helfen ihnen|hilft sehr|hilft dabei|spricht für dich|sprechen für dich|spricht für sie|sprechen für sie|idealerweise )|bevorzugt )|vorzugsweise )|am liebsten )|gern )|gerne )|am besten )|nach möglichkeit )|wenn möglich )|macht den einstieg leichter|machen den einstieg leichter"
            "|rundet dein profil ab|runden dein profil ab|rundet ihr profil ab|runden ihr profil ab|hast du vielleicht|haben sie vielleicht|punktest du|punkten sie|pluspunkte|bonuspunkte|bevorzugt|ist schön|sind schön|ist nett|das i tüpfelchen|kann man lernen|lernst du bei uns|können sie bei uns lernen|bringen wir dir bei|gern auch|von interesse|gern",
        ),
        (
            Phrase("plain", "after"),
            each(
                "bringst du|bringen sie|du bringst|sie bringen",
                "deine modelle|ihre modelle|modelle|unsere modelle|die modelle|unsere ki|deine lösungen|ihre lösungen|lösungen|systeme|unsere systeme|prototypen|deine prototypen|ihre prototypen|software|produkte|unsere produkte|anwendungen|unsere plattform|unsere daten",
            )
            + "|"
            + "du bringst sie|du bringst es|du bringst diese|du bringst modelle|du bringst ki|du bringst neue|du bringst unsere|sie bringen diese|sie bringen modelle|sie bringen neue|sie bringen unsere|wir nutzen|wir verwenden|wir arbeiten mit|wir arbeiten in|wir arbeiten|wir setzen auf|wir setzen|wir betreiben|wir entwickeln|wir bauen|unser stack|unser techstack|unser team|unsere plattform|unsere systeme|unser system|unsere kunden|du arbeitest mit|sie arbeiten mit|du entwickelst|sie entwickeln|du baust"
            "|sie bauen|du betreibst|sie betreiben|du gestaltest|sie gestalten|du übernimmst|sie übernehmen|du verantwortest|sie verantworten|deine aufgaben|ihre aufgaben|bei uns|im einsatz|wir sind|wir haben|wir bieten|du wirst|sie werden|du lernst|sie lernen|du unterstützt|sie unterstützen",
        ),
        (
            Phrase("not", "after"),
            "kein|keine|keinen|keiner|keinem|keinerlei|ohne|weder|statt|anstatt|anstelle von|außer|nicht mehr|wir verzichten auf|verzichten wir auf|nie",
        ),
        (Phrase("not", "after", weak=True), "nicht|sondern nicht|noch nicht"),
        (
            Phrase("not", "either"),
            each(
                "nicht|nicht zwingend|nicht unbedingt|nicht mehr|keinesfalls|keineswegs|nie|auch nicht|gar nicht|ausdrücklich nicht|hier nicht|bei uns nicht|wir nicht|du nicht|sie nicht|man nicht",
                "erforderlich|nötig|notwendig|vorausgesetzt|verlangt|gefordert|erwartet|benötigt|gebraucht|wichtig|relevant|gefragt|im einsatz|verwendet|genutzt|eingesetzt|gesucht",
            )
            + "|: keine|: nein|verabschiedet|nichts zu tun|gibt es nicht|gibt es bei uns nicht|gibt es hier nicht|haben wir nicht|fällt nicht an|fallen nicht an|entfällt|wird abgelöst|werden abgelöst|ist geschichte|brauchst du nicht|brauchen sie nicht|brauchst du kaum|brauchen sie kaum|brauchen sie bei uns kaum|brauchst du bei uns kaum|verzichten wir|verlangt wird es nicht|verlangt wird das nicht|wird nicht verlangt|musst du nicht können|müssen sie nicht können|nutzen wir nicht|verwenden wir nicht|benötigst du nicht|benötigen sie nicht|setzen wir nicht ein|setzen wir nicht voraus|erwarten wir nicht|verlangen wir nicht|musst du nicht|müssen sie nicht|spielt keine rolle|spielen keine rolle|ist keine voraussetzung"
            "|sind keine voraussetzung|keine voraussetzung|kein muss|kein must|keine pflicht|nicht teil|kommt nicht|kommen nicht",
        ),
        (
            Phrase("none", "after"),
            "nicht nur|nicht zuletzt|kein problem|kein thema|keine sorge|kein hindernis|keine angst|keine scheu|nicht allein|ohne wenn und aber|ob oder nicht|nicht wahr|nichts|ohne zweifel|keine frage|keine sekunde|nicht ohne",
        ),
        (
            Phrase("same", "after"),
            "ebenso|ebenso wie|genauso|genauso wie|gleiches gilt für|das gilt auch für|dasselbe gilt für",
        ),
        (
            Phrase("none", "opening"),
            "aufgaben|ihre aufgaben|deine aufgaben|stack|techstack|unser stack|wir bieten|über uns|technologien|werkzeuge|ihre tätigkeit",
        ),
    ),
    breaks="aber jedoch während obwohl denn weil sondern",
    subjects="wir du sie er es ich unser unsere dein deine ihr ihre dort alle alles diese dieser dieses das nur",
    verbs="ist sind war waren wird werden würde kann können sollte sollten muss müssen wäre wären",
    joints="und oder sowie bzw sowohl auch wie eine ein einen einem einer der die das",
    makers="scientistin developerin engineerin entwickler entwicklerin entwicklung ingenieur ingenieurin wissenschaftler wissenschaftlerin analyst analystin architekt architektin forscher forscherin berater beraterin programmierer programmiererin informatiker informatikerin"
    " spezialist spezialistin experte expertin praktikant praktikantin praktikum werkstudent werkstudentin hilfskraft doktorand doktorandin mitarbeiter mitarbeiterin statistiker statistikerin linguist linguistin absolvent trainee",
    trades="leiter leiterin leitung manager managerin referent referentin koch köchin pfleger pflegerin pflegefachkraft kraft helfer helferin arzt ärztin erzieher erzieherin lehrer lehrerin verkäufer verkäuferin kaufmann kauffrau"
    " elektriker elektrikerin elektroniker elektronikerin mechaniker mechanikerin mechatroniker mechatronikerin fahrer fahrerin buchhalter buchhalterin sachbearbeiter sachbearbeiterin assistent assistentin jurist juristin anwalt"
    " anwältin disponent disponentin techniker technikerin meister meisterin bäcker bäckerin vertriebler vertrieblerin vertrieb personaler personalerin redakteur redakteurin gestalter gestalterin fachkraft vertriebsmitarbeiter vertriebsmitarbeiterin kundenberater kundenberaterin",
    links="ist sind wäre wären wird werden das dies dabei auch aber nicht ein eine klar nur dafür hier bei uns sehr",
    elsewhere=r"leiter(?:in)?|leitung|berichte(?:n|st) an|anderes team|andere abteilung|eigenes team|eigene abteilung|schwesterteam"
    r"|(?:eine?|deine?) kolleg(?:e|in) (?:in|aus|die|der)",
    colleagues=r"(?:team|wir) besteh(?:t|en) aus|neben|gemeinsam mit",
    jobs=r"(?:entwickler|ingenieur)(?:in)?(?:nen|en|s)?",
    firm=r"anbieter (?:von|für)|hersteller von|marktführer|führend\w* (?:in|bei|im)|gegründet von",
    applying="probeaufgabe|vorstellungsgespräch|bewerbungsgespräch|bewerbungsunterlagen|deine daten|ihre daten|weitere stellen|suchen auch",
)

"""English job ads."""

from guidance.matching.vocabulary.terms import Phrase, Section, Vocabulary, each

_OFFERS = (
    "contact|contacts|working here|life here|what we give|process|… process timeline|interview|interviews|interview stages|… interview stages|… the interview …|privacy|privacy …|data privacy|gdpr notice|how we recruit …|your application|recruitment|recruitment …|selection|assessment|technical test|assessment day|use of ai …|… fraud alert …|other openings …|other jobs …|other roles …|other vacancies …|similar jobs|similar roles|related jobs|more jobs|security clearance …|clearance|vetting|our values|our principles|the good stuff|good stuff|… benefit|… benefits …|… perk …|… salary …|… compensation …|… remuneration …|… what we offer …|… we offer|we offer …|what we can offer …"
    "|… in it for you …|… you will get|… what you get …|… you get|what do you get …|… you will receive …|… in return …|what you can expect …|what to expect …|… expect from us …"
    "|… we give you …|… pay and …|pay|loot|the loot|the goodies|goodies|treats|pay range …|pay transparency …|total rewards …|the process|accessibility …|legal …|notice to …|ready to apply …|the deal|the fine print|… reasons to …|sounds good|got questions …|any questions …|questions …|learning|growth|career development …|work life balance …|health and …|time off …|paid time off …|… in it for me …|… package …|rewards|… how we reward …|… you will love …|… love working …|… working with us …|why …|… why join …"
    "|… why us …|… why work …|reasons to join …|… our promise …|… our offer …|… the offer …|… equal opportunity …|… equal opportunities …|… equal employment …|… eeo …|diversity …|… inclusion …"
    "|… how to apply …|apply …|to apply|to apply …|application|application …|life at …|life with …|working conditions|conditions|terms|terms and conditions|… application process …|… applying …|… hiring process …|… interview process …|… recruitment process …|… selection process …"
    "|… our process …|… next steps …|… what happens next …|… how we hire …|… closing date …|… deadline …|… privacy notice …|… data protection …"
    "|… accommodation …|… adjustments …|… disclaimer …|… note to recruiters …|relocation|visa|visa sponsorship|holiday|wellbeing|health and wellbeing"
    "|… learning budget …|… what you will learn …|… you will learn|growth and development|… career path …|… our commitment …|… background checks …"
)
_WISHES = (
    "… not crucial …|… not critical …|… not vital …|… not decisive …|… not compulsory …|… not obligatory …|… not a condition …|… not a prerequisite …|… not a dealbreaker …|… not a deal breaker …|… no deal breaker …|… no dealbreaker …|… no must|… no musts|cool|cool to have|cool things|cool stuff|cool extras|sweet|neat|fun to have|lovely to have|points for …|credit for …|bonus for …|marks for …|applause for …|cheers for …|hearts for …|plus for …|stars for …|points if …|credit if …|… faster start …|… head start …|… start faster …|cherries|highly regarded|highly valued|might|might have|we value|we also value|we value …|… happy if you …|… glad if you …|… delighted if you …|… thrilled if you …|pref …|prefs …|strong plus|strong pluses|… stretch skills …|also interesting …|… bonus round …|… of benefit …|… nice to have …|… nice to know …|… nice to haves …|… nice extras …|nice|nice bits …|… good to have …|… great to have …|… good to know …|… handy …|… bonus …|… bonuses …|… brownie points …"
    "|… extra points …|… bonus points …|… extra credit …|extra|extras|… plus|… pluses …|… pluspoints …|a plus …|… big plus …|plus points …|… is a plus …|… as a plus …|it is a plus …|plus|plusses"
    "|… preferred …|… preferably …|… preferable …|… preference …|… preferences …|… desirable …|… desirables …|… desired …|… optional …|… ideally …|… advantage …|… advantages …|… advantageous …|… beneficial …"
    "|… an asset …|assets|… would be an asset …|… wish list …|… wishlist …|… great if …|… cool if …|… good if …|… fantastic if …|… awesome if …|… amazing if …|… better if …|… even better …|… better still …|… best case …"
    "|… would be great …|… would be nice …|… would be good …|… would be lovely …|… would be cool …|… would be useful …|… would be helpful …|… would be wonderful …|… would be ideal …|… lovely …"
    "|… stand out …|… set you apart …|… sets you apart …|… makes you special …|… make you shine …|… impress us …|… impresses us …|… icing on the cake …|… cherry on …|… cherry on top …|… the cherry …|… on top"
    "|… helpful …|… useful …|… valued …|… valuable …|… welcome …|… appreciated …|… not essential …|… not a must …|… not mandatory …|… but not required …|… not required but …"
    "|… additional qualifications …|… added value …|… we also like …|… also great …|… also good …|… we like to see …|… love to see …|… like to see …|… happy to see …"
    "|… secondary skills …|… stretch …|… differentiators …|… smile …|… heart sing …|… swoon …|… extra happy …|… get extra …|… if you also …|… maybe you also …|… perhaps you also …"
    "|… it helps if …|… it would help …|… helps if …|… would help|would help …|… that would help …|… could help …|… apart|… apart …|other qualifications|additional skills|… other skills|other desirable …|standout …|additional experience|additionally|in addition …|what helps …|things that help …|… do not need all …|… need not have all …|… do not worry if …|… nice things|not must have …|not must haves …|gold star|gold stars|double points|things we like|we like|we like …|good signs|green flags|… gets us excited|… excites us|… get us excited …|makes us …|… makes us excited|side quests|power ups|power up|extra lives|superpowers|secret weapons|… recommended …|favourable|favorable|… value add …|… value adds …|… value added …|candidates who also …|on top of that …|also a plus|also good to …|more points for …|nice …|… but not …|pref|prefs|nice2have|nice 2 have|nice2haves|of interest|also of interest|maybe|maybes|perhaps|nice for …|great for …|… may also …|… might also …|… could also …|… glad of|… glad of …|… glad to see …|… on your side …|… we would be even happier …|… may criteria …|… should criteria …|… could have …|… wishes …|would be …|… we would be …|icing|icing …|nice but …|nice and …|… over the moon …|… kudos …|nth|… would make us …|… we will be …|… we dream of …|… dream candidate …"
    "|… would also …|… we would like …|… we would love …|… we would enjoy …|… would enjoy …|… would like|would like …|… would love …|… would be happy …|… would be delighted …|… would be thrilled …|… would be impressed …|… would be pleased …|… would clap …"
    "|… would be excited …|… would cheer …|… what would …|… would prefer …|… we prefer …|… top candidate …|… top candidates …|… put you ahead …|… puts you ahead …|… ahead of the …|… strong candidates …|… strongest candidates …|… exceptional candidates …|… great candidates …|good|great|also|also good|also useful|adv|wants|should have|should haves|… will appreciate …|… would appreciate …|… we appreciate …|negotiable|negotiables|should|could|may have|can|pre|… nice|… asset requirements …|… asset …|… merit …|… merits …|… a merit …|… considered a merit …|… meriting …|… a dream …|… spice …|… sprinkles …|… sweetener …|… surprise us …"
    "|… also helpful …|… will make you happy …|… optional but …|… if you already …|… wanted but …|… luxury …|… candy …|… gravy …|… bonus track …|… side dish …|… dessert …|… topping …|… toppings …"
)
_UNWANTED = (
    "cannot yet|can not yet|… can not yet …|… cannot do …|… can not do|no experience|no experience with …|no experience in …|what i do not …|what i cannot …|not my thing|weak or none|not my strength …|… do not need …|… need not …|… not need …|… not needed …|… not required …|… not necessary …|… not have to …|… not expected …|… do not expect …|… do not care …|… do not require …|… not ask for …|… not asking …"
    "|… not looking for …|… do not use …|… not use …|… will not need …|… not be doing …|… will not do …|… no need …|… without …|… not for you if …|… not a fit if …|… does not matter …|… do not worry …|… not important …"
    "|not what we …|… not what we need …|nope|nopes|… will not enjoy …|unimportant …|no go|no gos|… forget about …|… may forget …|… can forget …|… do not mind …|… we are not|this is not …|… this is not|… it is not|… job is not|… role is not|… can leave at home …|… leave at the door …|… out of scope …|… we avoid …|not interested in|not interested in …|no thanks …|not wanted …|not here …|not part of …|what we do not do …|… not be working …|never mind …"
)
_DUTIES = (
    each(
        "… tech|… technology|… technologies|… tools|… tooling|… stack|… languages|… systems|… frameworks",
        "you will meet …|you will see …|you will touch …|you will use …|you will find …|you will encounter …|you will get …|you would meet …|you would use …|you would see …|at work|in play|around you",
    )
    + "|"
    "… on your plate|on your desk|what needs doing|what there is to do|the job in short|the role in short|role purpose|why we exist|… there now|what is there …|your remit …|remit|you will be doing|where we …|… look like|… looks like|… work looks|… day looks|… week looks|… job looks|… team looks|a week …|your week …|a day …|one week …|one day …|… week in the life …|the squad …|the crew …|the people …|the gang …|the tribe|… you might work on|… you may work on|… you could work on|… you might be working on|… you might be doing|… you might do|… you might build|a project …|the fun part|the work itself|… the week looks like|… a week looks like|… the day looks like|company description|first 90 days|first 30 days …|scope of the role|scope of role|key activities|… you will accomplish …|… you will achieve …|first 90 days …|your first 90 days|purpose of …|scope of work|… deliverables|deliverables …|project description|projects you …|the gig|job role|what awaits you …|… come in|… fit in|meet the team|you would|… you would do …|… you would be doing …|you would be working …|you would work …|you would build …|you own|what you own …|… you get to …|some context|… some context|background|… responsibility …|… responsibilities …|… responsible for …|… duties …|… duty …|… tasks …|… accountabilities …|… accountable for …|… stack …|… job description …|… job summary …|… role summary …|… position summary …|… role overview …|… job overview …"
    "|… position overview …|overview|job purpose|purpose|the tech|the stack|the tech stack|a typical …|what a typical …|… typical week …|… sample of …|recent engagements …|recent projects …|first month|first months|first week|first year|the first …|… you will|why this role …|where you will work …|the setup|the set up|… about the …|… about our …|about us …|who we are|who we are and …|… and who we are|who are we|who are we …|… about this …|about …|the job|the position|the work|the team|the company|the opportunity …"
    "|the challenge …|the mission …|the project …|the product …|the problem …|your role …|your job …|your task …|your mission …|your team …|your challenge …|your impact …|your work …|your day …|your week …|your first …|your future …|your contribution …"
    "|your playground …|your focus …|your area …|… what you will do …|… what you will be doing …|… what will you do …|… you will do|… what you do …|… you will be working on …|… you will work on …|… you will work with …|… what you will build …|… you will build …|… what you will own …|… you will own …"
    "|… what you will be accountable …|… what you will lead …|… what you will deliver …|… you will be responsible …|… what you will be up to …|… what you will tackle …|… in this role …|… in this job …|… in this position …|… as a member …|… make an impact …|… make a difference …|… have an impact …"
    "|… your impact …|… our impact …|… day to day …|… typical day …|… day in the life …|… a day …|… first 90 days …|… first six months …|… first year …|… first weeks …|… days in|… how we work …|… how you will work …|… how we build …|… how you will …|how we …|what we do …|… what we use …|… we use …|… we work with …"
    "|… technologies we …|… tools we …|… technology we …|… tech we …|… our tools …|… our tech …|… our technologies …|… our technology …|our …|… tools you will …|scope|context|… background information …|… key results …|… objectives of …|role description …|role|the role …|… for the role"
    "|company|mission|vision|values|culture|our mission and values|… who you will work with …|… reports to …|… reporting …|location|where|working hours|contract|employer|project|studio|key activities|main activities|what to do|… what the job …|… what the work …|… what this job …|… what the role …|… what this role …|… what we are building …|… what it is …|… what it is like …"
)
_REQUIREMENTS = (
    "knowledge|your knowledge …|you will fit if …|… makes you right …|what we would expect|… we would expect …|… good at this if|… good at this if …|to be considered …|… hope to meet …|… hoping to meet …|… hoping to find …|… hope to find …|… like to meet …|… love to meet …|… want to meet …|… sort of person …|… kind of person …|… type of person …|req|reqs|reqd|min|mins|req all|req any|required all|hard requirement …|hard requirements …|you probably …|… you have probably …|you will probably …|what you already know …|… does it take|who should apply …|who can apply …|table stakes|baseline|you offer|the basics|basics|what we value …|what matters …|… matters to us|… fit in if …|is it you|… is this for you|the you part|you in short|you in a nutshell|abilities|capabilities|your capabilities|ksa|ksas|what we care about …|… worked on before|… good at|please bring|please bring …|bring|bring along …|what to bring …|… do you need …|… do we look for …|… do we want …|… do we need …|… do we expect …|… made of …|what you offer|… value in you …|… value in a …|you will come with …|… you come with …|eligibility …|… expect you …|… check these …|… these boxes …|… all the boxes …|need|needs|needed|we need|wanted|looking for|expected|we ask|… requirement …|… requirements …|… required …|… must …|… musts …|… must have …|… minimum …|… essential …|… essentials …|… mandatory …|… qualification …|… qualifications …|… qualified …|… prerequisite …|… prerequisites …|… non negotiable …|… non negotiables …|… deal breakers …|… dealbreakers …"
    "|… necessary …|… needed …|… criteria …|… person specification …|… person spec …|the person|… candidate …|… candidates …|… applicant …|your profile …|… candidate profile …|… ideal profile …|… profile we …|… the profile|your background …|your skill …|your skills …|your experience …|your qualification …|your strengths …|your toolkit …|your toolbox …|your superpowers …|your expertise …|your knowledge …|your talents …"
    "|your know how …|your competencies …|your story …|your cv …|… skill set …|… skillset …|… skills and …|… and skills …|… skills you …|… skills we …|… skills and knowledge …|… experience and …|… experience you …|… experience we …|… experience needed …"
    "|… you will bring …|… you bring …|… bring to the …|… what you can bring …|… we need …|… you need …|… you will need …|… you will also need …|… you also need …|… we are looking for …|… are we looking for …|… we look for …|… we are after …|… we are seeking …|… we seek …|… we want …|… we expect …|… our expectations …|… we ask …|… what we require …|… you will have …|… you have|you also have"
    "|you have got …|… what you have …|… have you got …|… should have …|… ought to have …|… need to have …|… who you are …|… are you …|you are|you|… you are someone …|… are someone who …|… you know|… you know …|… what you know …|… what you have done …|… you have done …|… you might be …|… might be a fit …|… good fit …|… great fit …|… right fit …|… a fit if …|… you may be …|… thrive …|… succeed …|… success …|… successful …|… will excel …"
    "|… for you if …|… role if …|… apply if …|… hear from you if …|… talk if …|… if you …|… sounds like you …|… sound like you …|… is this you …|… what it takes …|… makes a great …|… makes you a …|… makes you great …|… make you a …|… right person …|… about you …|… about yourself …|… tell us …|… tick these …|… ticks …|… what counts …|… in your backpack …|… in your toolbox …|… in your luggage …|… you can …|… you could be …|… you should …|… you tick …"
)

_EXPERIENCED = (
    "experience|experienced|expertise|expert|knowledge|command|understanding|grasp|proficiency|proficient|fluency|fluent|background|familiarity|familiar"
    "|comfortable|confident|skilled|versed|adept|competence|competent|literate|practice|mastery|at home|at ease|track record|exposure"
)

ENGLISH = Vocabulary(
    headings=(
        # Whole headings of which the entries below would match only one word.
        (
            Section.UNWANTED,
            "… do not apply if …|… what you will not do …|… might not like …|… may not like …|… will not enjoy …|… will not like …|deal breakers for you|red flags|who this is not …",
        ),
        (
            Section.REQUIREMENTS,
            "… would like you to bring …|… would like you to have …|… like you to bring …|… like you to have …|… love you to bring …|who we would like to …|who we would love to …|… would like to meet …|… would love to meet …|requirements for the role|requirements for this role|requirements for this position|prior experience|previous experience|… good match if|… great match if|recognise yourself|… recognise yourself|what gets you in|… gets you hired|apply if …|to apply you …|… you will love this job if|… love this job|… love this role|… love it here if|our requirements|our expectations|our ideal …|our ask|desired skills and experience|to succeed …|to be successful …|to thrive …|to excel …|… to be great …|in this role you bring|in this role you have|in this role you need",
        ),
        (
            Section.ABOUT,
            "essential functions …|essential job functions …|essential duties …|… essential functions|… essential duties|… like you to do|… love you to do|… want you to do|… sets us apart …|… set us apart …|… help us with …|… help us to …|why this role …|… you get to do …|what you get to …|… success look like …|… success looks like …|success in this role|essential functions …|about the process|essential duties …|essential job functions …",
        ),
        (Section.OFFER, _OFFERS),
        (
            Section.REQUIREMENTS,
            "about you …|… about you|… hear from you …|… talk to you if …",
        ),
        (Section.WISHES, _WISHES),
        (Section.UNWANTED, _UNWANTED),
        (Section.REQUIREMENTS, "… candidate …|… candidates …|… applicant …"),
        (Section.ABOUT, _DUTIES),
        (Section.REQUIREMENTS, _REQUIREMENTS),
        # Headings that nothing above matches more specifically: "What you would change", "Where you'd be".
        (
            Section.ABOUT,
            "what you will …|what you would …|what we would …|how you will …|how you would …|where you will …|where you would …",
        ),
    ),
    phrases=(
        (
            Phrase("must", "after", counts=True),
            "at least|minimum of|minimum|+ year|year of|year with|year in|year experience|year ' experience|year ' hands|year ' work|year ' professional|year ' practical|year ' industry|year ' of|year ' relevant|+ yr|yr of|yr with|month of|month with|+ yrs|yrs of|yrs with|yrs in|yrs w|yrs experience|yrs exp|+ year w|years w",
        ),
        (
            Phrase("must", "after"),
            "you ' d be expected to|you would be expected to|you are expected to|you ' re expected to|you should be|you should feel|you should already|must|must have|must know|must be|must bring|require|you need|you do need|you ' ve got to|you have got to|you ' ll have to|you will have to|you need to|you do need to|suit us if|you will need|you will also need|you ' ll need|you ' ll also need|you would need|we need|need to have|need to know"
            "|need to be|is looking for|we insist on|we ask for|we do ask for|we would ask for|we ask that"
            "|you will be required to|you will be expected to|it is essential that|it is important that|you can not do this job without|candidate will have|candidate must|candidate should|candidate need"
            "|applicant should|applicant must|applicant need|applicant will have|to do the job you need|requirement be|requires|requiring|insist on|has to have|have to know|have to have|absolute must|for you if you have|for you if you ' ve|fit if you ' ve|apply if you ' ve|match if you ' ve|thrive if you ' ve|fit if you have|apply if you have|match if you have|succeed if you have|thrive if you have|"
            + each(
                "thrive here|fit right in|do well here|enjoy this|happy here|right for you|job for you|role for you|suit you|fit here|good fit|great fit|good match|great match|at home here",
                "if you|if you know|if you have|if you ' ve|if you ' re|if you can|if you like",
            ),
        ),
        (
            Phrase("must", "after", weak=True),
            "we would like to see|we ' d like to see|we would like you to|we ' d like you to|we would like somebody|we would like someone|we ' d like somebody|we ' d like someone|we are keen to find|we hope you|you have|you bring|you should|we expect|we would expect|we ' d expect|you will have|you ' ll have|you ' ll bring|you will bring|you ' ve|you should have|you should know|you should bring|we want"
            "|we look for|we are looking for|we ' re looking for|looking for someone|looking for somebody|someone who|somebody who|a person who|people who|anyone who|anybody who|a colleague who|an engineer who|a developer who|someone that|somebody that|a person that|we ' re after|we are after|we seek|we are seeking|you already have|you come with|you offer",
        ),
        (
            Phrase("must", "after", faint=True),
            f"{_EXPERIENCED}|passion for|passionate about|love for|candidate has|candidate will|ideal candidate|right candidate|you hold|you know and|and know|matters is|counts is|she or he|he or she|the person|right person has|right person|person has|someone with|somebody with|person with|engineer with|developer with|people with|"
            + each(
                "you certainly|you surely|you already|you also|you really|you definitely|you genuinely|you actually",
                "know|understand|have|write|can|speak|use",
            )
            + "|you know|you are|you ' re|you can|you understand|you speak|you write|you master|you can show|you enjoy|you love|you work|you think|you care|you feel|you live"
            "|you could|strong|solid|deep|sound|proven|demonstrated|demonstrable|hands on|excellent|advanced|good|great|very good|working|practical|thorough|extensive|in depth|first class"
            "|professional|robust|ability to|able to|capable of|skill in|skill with|qualified in|trained in|degree in|who ha|who have|who know|who can|who understand|who is|who are|candidate ha|candidate is|should|expect",
        ),
        (
            Phrase("must", "before", faint=True),
            "is excellent|is strong|is solid|is sound|is fluent|is rock solid|is very good|is top notch|is up to scratch|is impeccable|are excellent|are strong|are solid|are sound|are very good|skill|experience|knowledge|expertise|background|know how|competence|proficiency|certification|certified|naturally|of course|obviously|is a given|goes without saying",
        ),
        (
            Phrase("must", "either"),
            "required|requirement|essential|neccessary|manditory|non optional|not optional|mandatory|prerequisite|indispensable|must have skill|non negotiable|compulsory|obligatory|vital|crucial",
        ),
        (
            Phrase("must", "before"),
            each(
                each("you have|you ' ve|you should have", "built with|built on|worked with|used|shipped|run"),
                "all of them|most of them|them all|all of these|all of this|them before|these before",
            )
            + "|you know all of them|you know them all|you know most of them|you are at home in all of them|in depth|( must )|( musts )|a must|an absolute must|in your sleep|you can do in your sleep|is important|are important|is very important|are very important|should feel like home|feel like home|feels like home|should come naturally|come naturally|should be familiar|should be second nature|are table stakes|is table stakes|is our main language|is our first language|is where we need you|is needed|are needed|needed|necessary|is expected|are expected|is key|are key|is critical|are critical|is a given|are a given|is what we need|is expected of you"
            "|is where you are strong|is assumed|are assumed|is a condition|not scare you|shouldn ' t scare you|don ' t scare you|doesn ' t scare you|hold no terror|holds no terror|hold no secret|is familiar to you|are familiar to you|is no stranger to you|are no stranger to you|you need from day one|second nature|either is fine|either will do|both are fine|any of them is fine|bread and butter",
        ),
        (
            Phrase("nice", "after"),
            "ideally|preferably|preferrably|preferable|prefer|we prefer|we ' d prefer|we would prefer|preference is given to|preference for candidate|extra love for|kudos for|of interest be|also of interest|what matters less is|good thing to have|nice thing to have|pleased if|glad if|glad of|glad about|glad to see|bonus point|bonus for|bonus if|extra point|great if|optionally|if possible|we would love|we ' d love|we would like|we would be happy|we ' d be happy|we would welcome"
            "|brownie point|even better if|better still|plus if|plus point|nice if|cool if|good if|lovely if|helpful if|helps if|useful if|handy if|be great if|would help if|preference for|preference given to"
            "|preference will be given to|in an ideal world|in the ideal case|at best|perhaps|maybe|stand out if|we also like|we also welcome|we are happy about|happy if|delighted if|impressed if|points for|credit for|you may also know|you might also know|you may also have|you might also have|you may also bring|you might also bring|you may have|you might have|we would also value|we ' d also value|we would value|we ' d value|we also value|we also appreciate|we appreciate|we would appreciate|extra happy about|we are also interested in|we ' re also interested in|if you bring|if you can also|it is nice if|it ' s nice if|would be happy about"
            + "|"
            + each(
                "would be|' d be|is|' s|be even",
                "great if|brilliant if|fantastic if|perfect if|ideal if|lovely if|nice if|good if|helpful if|useful if|handy if|cool if|a plus if|a bonus if|an advantage if|a bonus for|better if|a bonus would be|a plus would be",
            )
            + "|especially keen to hear from|keen to hear from people|especially happy to hear from|particularly interested in|particularly interested in people|especially interested in|especially welcome be|and may have|and may also have|candidate may have|candidate may also"
            "|extra credit for|advantage if|it is a plus if|a plus if|we are pleased if|if you have|if you ' ve|if you also|if you have used|if you have seen|if you have built|if you have done|if you know|if you ' ve worked|if you ' ve used|if you ' ve built|if you happen to|has perhaps|have perhaps|any exposure to|some exposure to|any experience of|any experience with|any knowledge of|would be a dream",
        ),
        (
            Phrase("nice", "opening"),
            "bonus|pref|nice2have|also of interest|plus|plusses|nice|good|great|extra|pluse|nice one|on top|also nice|also good",
        ),
        (
            Phrase("nice", "either"),
            "preferred|prefered|pref|strongly preferred|desirable|desireable|desired|optional|nice to have|good to have|great to have|good to know|advantageous|beneficial|not essential but|a nice to have",
        ),
        (
            Phrase("nice", "before"),
            each(
                "but|though|although",
                "it helps|that helps|it would help|would help|it is a plus|it is nice|it is useful|it would be useful|it would be nice|it would be great|it would be good|it would be a plus|it would be a bonus|it would be helpful"
                "|would be useful|would be nice|would be great|would be good|would be a plus|would be helpful|nice|welcome|useful|helpful|a plus|a bonus|an advantage|appreciated|desirable",
            )
            + "|( nice )|( plus )|( bonus )|ideal|a real help|a great help|a big help|would all be|a pleasure to see|pleasure to see|if possible|experience helps|knowledge helps|background helps|skill helps|helps too|a plus|= plus|= bonus|= nice to have|would be interesting|earn you extra point|earns you extra point|earns you bonus point|earns extra point|all the better|so much the better|tips the scale|tip the scale|gives you an edge|give you an edge|is a win|would be of interest|of use|of some use|of great use|would be of help|would count|welcome extra|a nice extra|big plus|strong plus|huge plus|definite plus|real plus|great plus|clear plus|major plus|added plus|plusses|a bonus|added bonus|big bonus|an asset|a strong asset|valuable asset|an advantage|an added advantage"
            "|a strong advantage|real advantage|clear advantage|distinct advantage|of advantage|welcome|welcomed|most welcome|appreciated|much appreciated|helpful|very helpful|useful|would be useful|handy|would be great|would be nice"
            "|would be good|would be a|would be lovely|would be cool|would be ideal|would be perfect|would be helpful|would be welcome|would be fantastic|would be amazing|would be wonderful|would help|will help|' ll help|help a lot|highly regarded|well regarded|highly desirable|highly valued|looked on favourably|is great to have|is valued"
            "|are valued|is valuable|are valuable|highly valued|a nice touch|a nice extra|is nice|are nice|is good to have|does not hurt|doesn ' t hurt|do not hurt|don ' t hurt|would not hurt|wouldn ' t hurt|will not hurt|never hurts|can be learned|can be learnt|can be taught|even better"
            "|sets you apart|set you apart|would set you apart|stand out|makes you stand out|counts in your favour|in your favour|viewed favourably|looked upon favourably|considered favourably|considered a plus|is an extra|a great extra"
            "|the icing on the cake|icing on the cake|cherry on top|cherry on the cake|would impress us|will impress us|makes us happy|make us happy|would make us happy|would be an|would earn you|would delight us|is a differentiator|puts you ahead"
            "|helps here|would make us smile|make us smile|makes us smile|make our day|would make our day|go amiss|not go amiss|we can teach you|we will teach you|we ' ll teach you|we can teach|you can learn it here|you can learn here|you can learn with us|can be picked up|you can pick up|you can pick it up|you will pick up|comes as a bonus|is the cherry|a bonus point|gets you extra point|gets you bonus point|gets extra point|won ' t hurt|we would very much appreciate|we would appreciate|we would much appreciate|we very much appreciate|would be appreciated|would be much appreciated|would be a big help|also good|also great|also welcome|also nice|yes please|would put you at the top|put you at the top|would put you ahead|puts you at the top|get you bonus point|a good thing to have|is of interest|are of interest|of interest|would interest us|interests us|gladly seen|is a nice"
            + "|"
            + each(
                "would|will|' d|' ll|could|can|may|might",
                "let you start faster|let you start sooner|let you start quicker|get you started faster|get you started sooner|get you going faster|get you going sooner|speed up your start|speed you up|shorten your start|make the start easier|make your start easier|make life easier|make your life easier|make your first week easier|ease your start|give you a head start|give you a flying start|save you time|save you some time|put you ahead|tip the balance|tip the scale|speak for you|count for you|make you stand out|be a help|be an extra",
            )
            + "|lets you start faster|gets you started faster|speeds up your start|makes the start easier|makes life easier|makes your life easier|gives you a head start|saves you time|tips the balance|speaks for you|counts for you"
            + "|helps ,|helps .|helps ;|helps )|helps a lot|helps a great deal|helps greatly|helps a bit|helps as well|helps though|help too|help as well|ideally )|preferably )|if possible )|for preference )|by preference )|for preference",
        ),
        (
            Phrase("plain", "after"),
            each(
                "we expect you to|we ' d expect you to|we would expect you to|we want you to|we ' d want you to|we need you to|we ' d like you to|we would like you to|you will be expected to|you ' ll be expected to|expect you to|want you to|need you to|like you to|love you to|ask you to|looking for you to|someone to|somebody to|you get to|person to|engineer to|developer to|scientist to|analyst to|colleague to",
                "build|work|help|take|lead|own|run|ship|deliver|set up|develop|support|join|improve|drive|contribute|spend|push|compare|launch|start|deploy|create|migrate|move",
            )
            + "|"
            + each("you may|you might|you could", "be|find yourself|end up|well be|also be")
            + "|"
            + each(
                "|someone|somebody|person|people|engineer|developer|scientist|analyst|colleague|one",
                "who will|who ' ll|who would",
            )
            + "|year of code|year of data|we use|we are using|we run|we run on|we work with|we work in|we build with|we build on|we deploy|we develop in|we develop with|we host|we write|we rely on|we are built on|is built with|is built on|is written in|our stack|our tech stack|the stack|stack is|stack include"
            "|our system|our platform|our product|our service|our model|our team|our customer|our client|our pipeline|our backend|our frontend|our data|we are|we ' re|we have|we ' ve|we build|we do|we make|we help|we provide|we ' ll"
            "|you will|you ' ll|you will be|you ' ll be|you will get to|you will work|you will learn|you ' ll learn|in this role|your task|your day|your team|you report to|you will report to|reporting to|you would|you ' d|used internally|ours live|ours is|ours are|ours run|you gain|chance to|opportunity to|learn how",
        ),
        (
            Phrase("not", "after"),
            "no|without|never|moving off|move off|moved off|moves off|migrating off|migrate off|migrated off|get rid of|getting rid of|got rid of|retired|decommission|decommissioned|decommissioning|phase out|phased out|phasing out|stopped using|stop using|said goodbye to|say goodbye to|once used|used to use|nothing to do with|little to do with|forget about|you can forget|you may forget|neither|nor|nobody|no need for|no need of|' t matter whether|' t matter if|not matter whether|not matter if|instead of|rather than|except|except for|excluding|no longer|"
            + each(
                "not|' t|not yet",
                "use|using|used|need|require|expect|want|ask|have|be|work|working|write|writing|know|look|looking|run|rely|touched|worked|deal|support|offer|care",
            ),
        ),
        (Phrase("not", "after", weak=True), "not|' t|cannot|other than|none of|leave behind|left behind|away from"),
        (
            Phrase("not", "either"),
            each(
                "not|' t|not strictly|not absolutely|no longer|never|not be|not at all|by no means|not really|not actually|not formally|in no way",
                "required|needed|necessary|mandatory|a must|essential|expected|a requirement|a prerequisite|part of|in use|used|necessary to have|important|relevant|wanted|requested|asked for"
                "|a condition|compulsory|obligatory|assumed|covered",
            )
            + "|: none|: no since|: not yet|wouldn ' t claim it|would not claim it|would not claim to know it|do not use it|don ' t use it|never use it|no longer use it|is being phased out|are being phased out|is on its way out|are on their way out|left behind|is history|this is not for you|this job is not for you|this is not the job|this role is not for you|you will be bored|you ' ll be bored|look elsewhere|is looked after by|are looked after by|is taken care of by|chose neither|chose none|chose not to use|of no special interest|of no interest|of no particular interest|neither needed|neither required|neither necessary|neither expected|play no part|not what we ' re after|not what we are after|not what we look for|not what we need|not what we want|play no role|is out of scope|are out of scope|is no requirement|are no requirement|is not our thing",
        ),
        (
            Phrase("none", "after"),  # these only look like a negation
            "can help|to help|and help|who help|who can help|which help|where it helps|where that helps|when it helps|if it helps|where required|as required|if required|when required|where needed|as needed|if needed|when needed|where necessary|as necessary|if necessary|when necessary|minimum standard|minimum viable|nobody doubt|not only|not just|not merely|not necessarily|not to mention|not limited to|not least|not always|' t always|not afraid of|not afraid to|' t afraid of|' t shy|' t scared of|not scared of|not shy"
            "|no way around|no secret|no stranger to|no doubt|no less than|not less than|no fewer than|no more than|not more than|no matter|no problem|no later than|no end|no fewer than|no shying away from"
            "|no fear of|why not|if not|whether or not|or not|no .|no one|not someone|do not worry|don ' t worry|not far from|not too|no small|not a bad|no two",
        ),
        (
            Phrase("same", "after"),
            "as does|as do|so does|so do|as did|so did|as will|so will|as might|so might|as could|so could|and so too is|and so too are|as is|as are|so is|so are|so would|as would|so would be|as would be|likewise|and the same goes for|same goes for|same for",
        ),
        (
            Phrase("none", "opening"),
            "responsibility|your task|tooling|in use|method in use|tech stack|our stack|stack|benefit|what we offer|we offer|about us|tool|tools we use|you will work on|duty|day to day",
        ),
    ),
    breaks="; — - but while whereas although though however since because",
    subjects="we you they it he she i our your there everything everyone this these what just only instead",
    verbs="is are was were will would can should must need",
    joints=", * _ / & + and or nor ( ) • · | any a an the both either as well",
    makers="engineer engineering developer development scientist science analyst analytics architect researcher research consultant consulting specialist programmer expert practitioner technologist"
    " intern internship student apprentice postdoc fellow strategist staff sre swe sde fde mle devops mlops statistician modeller modeler forecaster hacker tester member",
    trades="manager owner lead leader head director officer executive representative assistant associate coordinator administrator supervisor operator technician designer artist editor writer copywriter"
    " journalist teacher tutor trainer lecturer professor instructor nurse doctor physician surgeon pharmacist therapist carer caregiver midwife dentist cook chef baker waiter barista cleaner driver courier picker packer"
    " mechanic electrician plumber carpenter welder fitter machinist roofer painter guard receptionist secretary clerk accountant bookkeeper auditor controller treasurer banker broker trader underwriter adjuster"
    " actuary lawyer attorney paralegal solicitor counsel notary recruiter sourcer buyer seller salesperson merchandiser marketer marketeer planner dispatcher advisor adviser counsellor ambassador evangelist advocate partner"
    " coach annotator labeller moderator translator interpreter librarian archivist president founder worker helper hand porter steward host florist gardener farmer tailor hairdresser beautician optician",
    links="year yr month + * _ so ' d is are be being would will could also it this that both they which a an not but considered merely just definitely strong at all and ( ,",
    elsewhere=r"(?:separate|another|sister|different|other|neighbouring) (?:\w+ )?(?:team|group|department|unit|practice|squad|company|division|colleague)"
    r"|(?:team|group|department|colleagues|unit) next door|(?:a|one|your) colleagues? (?:in|from|who|of)|(?:other|sister|neighbouring) teams"
    r"|report(?:s|ing)? to|reporting line|(?:head|director|vp|vice president|chief) of|led by|headed by",
    colleagues=r"team (?:has|includes|consists of|counts|is made up of|of)|(?:next to|alongside|beside|together with|supported by|with) (?:our|a|an|the|two|three|four)",
    jobs=r"(?:engineer|developer|scientist|researcher|analyst|specialist|architect|expert)s?",
    firm=r"(?:provider|supplier|maker|vendor|manufacturer|reseller|distributor|pioneer)s? (?:of|for)|(?:leader|leaders|leading|pioneer|pioneers) in"
    r"|(?:founded|backed|funded|acquired|trusted) by|(?:we|which|who) (?:also )?sells?|investors?|award[- ]winning|named (?:a|an|one of|among)|voted|spin-?off",
    applying=r"by applying|by submitting|by sending|your application|personal data of applicants|applica(?:nts|tions) (?:may|are|will be|must not|can)"
    r"|(?:screen|select|reject|rank)(?:s|ed|ing)? (?:applica|candidates|cvs)|live[- ]coding|take[- ]home|coding (?:challenge|test|task|exercise|interview)|hiring manager"
    r"|(?:first|second|third|final|technical|intro) (?:interview|round|call|stage)|interview (?:process|stages?)|(?:also|currently) hiring"
    r"|other (?:openings|vacancies|roles|jobs|positions)|(?:see|look at) (?:also )?our (?:other )?(?:jobs|openings|vacancies)",
)

/** The starter synonyms in German, written as those in English are. */
export const GERMAN = `
# Lampen und Strom
Lampe, Leuchte
Taschenlampe, Stablampe, Handlampe
Stirnlampe, Kopflampe
Stehlampe, Stehleuchte, Standleuchte
Tischlampe, Tischleuchte
Deckenlampe, Deckenleuchte
Wandlampe, Wandleuchte
Schreibtischlampe, Schreibtischleuchte
Hängelampe, Hängeleuchte, Pendelleuchte, Pendellampe
Nachtlicht, Nachtlampe
Glühbirne, Glühlampe
Glühbirne, Glühlampe => Leuchtmittel
Lichterkette, Lichtergirlande
Kerzenständer, Kerzenhalter, Kerzenleuchter
Streichholz, Zündholz
Steckdosenleiste, Mehrfachsteckdose, Steckerleiste
Verlängerungskabel, Verlängerungsschnur
Rauchmelder, Rauchwarnmelder, Feuermelder

# Möbel und Heimtextilien
Sofa, Couch
Schlafsofa, Schlafcouch, Bettsofa
Couchtisch, Sofatisch, Wohnzimmertisch
Esstisch, Speisetisch
Schreibtisch, Bürotisch
Bürostuhl, Schreibtischstuhl
Sessel, Fauteuil
Hocker, Schemel
Sitzhocker, Pouf
Nachttisch, Nachtkästchen, Nachtschrank
Kleiderschrank, Kleiderkasten
Kommode, Schubladenschrank
Fernsehtisch, Fernsehschrank, TV-Möbel
Garderobenständer, Kleiderständer
Bilderrahmen, Fotorahmen
Vorhang, Gardine
Vorhangstange, Gardinenstange
Rollo, Rouleau
Fußmatte, Fußabtreter, Türmatte, Fußabstreifer
Bettdecke, Zudecke, Oberbett, Federbett, Tuchent
Bettwäsche, Bettbezug
Kopfkissen, Kopfpolster
Kissenbezug, Kissenhülle
Bettlaken, Leintuch, Betttuch
Spannbettlaken, Spannbetttuch, Spannleintuch
Tagesdecke, Bettüberwurf
Matratzenschoner, Matratzenschutz
Wärmflasche, Bettflasche
Kleiderbügel => Bügel

# Küche
Herd, Kochherd
Backofen, Backrohr
Kochfeld, Ceranfeld
Dunstabzugshaube, Dunsthaube, Abzugshaube
Kühlschrank, Eisschrank
Gefrierschrank, Tiefkühlschrank
Gefriertruhe, Tiefkühltruhe
Spülmaschine, Geschirrspüler, Geschirrspülmaschine, Abwaschmaschine
Mikrowelle, Mikrowellenherd, Mikrowellengerät
Brotröster => Toaster
Heißluftfritteuse, Airfryer
Handmixer, Handrührgerät
Stabmixer, Pürierstab
Schongarer, Slowcooker
Kaffeevollautomat, Kaffeeautomat
Kaffeevollautomat => Kaffeemaschine
Espressokocher, Mokkakanne
French Press, Stempelkanne, Pressstempelkanne
Bratpfanne => Pfanne
Kochtopf => Topf
Backblech, Ofenblech
Kastenform, Königskuchenform
Gugelhupfform, Napfkuchenform
Schneebesen, Rührbesen
Nudelholz, Teigrolle, Nudelwalker, Wellholz
Schneidebrett, Schneidbrett, Küchenbrett
Sparschäler, Gemüseschäler, Kartoffelschäler
Dosenöffner, Büchsenöffner
Korkenzieher, Weinöffner
Flaschenöffner, Kapselheber
Ofenhandschuh, Backhandschuh, Topfhandschuh
Geschirrtuch, Küchenhandtuch, Abtrockentuch, Trockentuch
Spülmittel, Geschirrspülmittel, Abwaschmittel
Küchenrolle, Haushaltsrolle, Küchenpapier, Küchenkrepp
Frischhaltefolie, Klarsichtfolie
Alufolie, Aluminiumfolie
Brotdose, Lunchbox, Vesperdose, Jausenbox, Pausenbrotdose, Znünibox
Vorratsdose, Frischhaltedose, Aufbewahrungsdose
Brotkasten, Brotkiste
Trinkflasche, Wasserflasche
Thermosflasche, Isolierflasche
Thermoskanne, Isolierkanne
Kaffeetasse, Kaffeebecher
Besteck, Essbesteck
Platzset, Tischset, Platzdeckchen
Tischdecke, Tischtuch
Untersetzer, Glasuntersetzer

# Essen und Pflanzen
Karotte, Möhre, Mohrrübe, Rüebli
Kartoffel, Erdapfel
Tomate, Paradeiser
Blumenkohl, Karfiol
Rosenkohl, Kohlsprosse
Aubergine, Melanzani
Aprikose, Marille
Pflaume, Zwetschge
Johannisbeere, Ribisel
Feldsalat, Vogerlsalat, Nüsslisalat
Mais, Kukuruz
Sahne, Rahm, Schlagobers
Puderzucker, Staubzucker
Hackfleisch, Faschiertes
Brötchen, Semmel
Bonbon, Zuckerl
Süßigkeiten, Süßwaren
Keks, Plätzchen
Limonade, Limo
Chips, Kartoffelchips

# Putzen und Waschen
Mülleimer, Abfalleimer, Mistkübel, Abfallkübel
Müllbeutel, Müllsack, Abfallsack, Abfallbeutel, Kehrichtsack
Eimer, Kübel
Kehrschaufel, Kehrblech
Handfeger, Handbesen
Wischmopp, Bodenwischer
Putztuch, Putzlappen, Wischtuch
Putzmittel, Reinigungsmittel
Saugroboter, Staubsaugerroboter, Roboterstaubsauger
Staubsauger => Sauger
Waschmaschine, Waschautomat
Waschmittel, Waschpulver
Weichspüler, Wäscheweichspüler
Wäscheständer, Flügeltrockner
Wäscheklammer, Kluppe
Wäschesammler, Wäschebox, Wäschetonne, Wäschekorb
Bügelbrett, Bügeltisch

# Kleidung und Schuhe
Pullover, Pulli, Sweater
Kapuzenpullover, Kapuzenpulli, Hoodie
Rollkragenpullover, Rolli
Strickjacke, Cardigan
Sakko, Jackett
Krawatte, Schlips
Querbinder => Fliege
Jeans, Jeanshose
Jogginghose, Trainingshose
Jogginganzug, Trainingsanzug
Latzhose, Trägerhose
Leggings, Leggins
Unterhose, Schlüpfer
Unterhemd, Unterleibchen
Büstenhalter, BH
Schlafanzug, Pyjama
Bademantel, Morgenmantel
Badeanzug, Schwimmanzug
Badehose, Schwimmhose, Badeshorts
T-Shirt, Leiberl
Hemd, Oberhemd
Regenjacke, Wetterjacke
Windjacke, Windbreaker
Skihose, Schneehose
Strickmütze, Wollmütze, Beanie
Schirmmütze, Basecap, Baseballcap
Fausthandschuh, Fäustling
Turnschuh, Sneaker, Sportschuh
Hausschuh, Pantoffel, Hausschlappen, Finken, Puschen
Badeschuh, Badelatschen, Badeschlappen
Zehentrenner, Zehensandale, Flip-Flops
Gummistiefel, Regenstiefel
Wanderschuh, Trekkingschuh, Bergschuh
Stöckelschuh, High Heels
Sandale, Sandalette
Haarspange, Haarklammer
Haargummi, Zopfgummi
Regenschirm => Schirm

# Taschen
Rucksack, Backpack
Schulranzen, Schultasche, Schulrucksack
Umhängetasche, Schultertasche
Bauchtasche, Gürteltasche, Hüfttasche
Geldbörse, Geldbeutel, Portemonnaie, Portmonee, Geldtasche
Geldbörse, Geldbeutel, Portemonnaie => Brieftasche
Rollkoffer, Trolley, Trolleykoffer
Koffer, Reisekoffer
Kabinenkoffer, Bordcase, Handgepäckkoffer
Turnbeutel, Sportbeutel
Aktentasche, Aktenmappe

# Bad und Körper
Wasserhahn => Armatur, Mischbatterie
Waschbecken, Lavabo
Duschkopf, Brausekopf, Duschbrause, Handbrause
Badetuch, Badehandtuch, Duschtuch
Badematte, Badvorleger, Badteppich, Duschvorleger
Waschlappen, Waschhandschuh
Toilettenpapier, Klopapier, WC-Papier
Klobürste, Toilettenbürste, WC-Bürste
Klobrille, Toilettensitz, WC-Sitz
Föhn, Fön, Haartrockner
Glätteisen, Haarglätter
Lockenstab, Lockeneisen
Elektrorasierer, Rasierapparat
Zahnpasta, Zahncreme
Duschgel, Duschbad
Sonnencreme, Sonnenmilch, Sonnenschutzcreme
Körperlotion, Bodylotion, Körpermilch
Parfüm, Duftwasser
Deo, Deodorant
Lippenbalsam, Lippenpflege
Nagellack, Nagelfarbe
Heftpflaster, Wundpflaster
Wattestäbchen, Ohrenstäbchen
Wattepads, Abschminkpads

# Kinder
Schnuller, Nuggi, Nuckel
Babyflasche, Nuckelflasche, Schoppenflasche
Lätzchen, Sabberlatz
Babyphone, Babyfon
Buggy => Kinderwagen
Kindersitz, Autokindersitz
Hochstuhl, Kinderhochstuhl
Wickeltisch, Wickelkommode
Gitterbett, Babybett
Laufgitter, Laufstall
Feuchttuch, Babytuch
Strampler, Strampelanzug
Kuscheltier, Stofftier, Plüschtier, Schmusetier
Teddy, Teddybär
Puppenhaus, Puppenstube
Modelleisenbahn, Modellbahn
Knete, Knetmasse
Buntstift, Farbstift
Filzstift, Faserstift, Fasermaler
Federmäppchen, Federmappe, Federpennal
Springseil, Hüpfseil
Laufrad, Lauflernrad
Tretroller, Kickroller
Schlitten, Rodel

# Elektronik
Fernseher, TV, Fernsehgerät, Fernsehapparat
Handy, Mobiltelefon, Smartphone
Ohrhörer, In-Ear-Kopfhörer
Laptop, Notebook
Computer, PC, Rechner
Bildschirm, Monitor
Beamer, Projektor
USB-Stick, Speicherstick
Festplatte, HDD
Grafikkarte, Videokarte
Hauptplatine, Mainboard, Motherboard
Ladegerät, Ladeadapter
Powerbank, Zusatzakku
Lautsprecher, Lautsprecherbox
Plattenspieler, Schallplattenspieler
Fotoapparat => Kamera
Videokamera, Camcorder
Überwachungskamera, Sicherheitskamera
Navigationsgerät, Navi
Mauspad, Mausmatte
Netzwerkkabel, LAN-Kabel, Patchkabel, Ethernetkabel
WLAN, WiFi
Tintenpatrone, Druckerpatrone
Kopierer, Kopiergerät
E-Reader, E-Book-Reader
Fitnessarmband, Fitnesstracker
Drohne, Quadrocopter
Klimaanlage, Klimagerät
Heizlüfter, Heizgebläse
Luftbefeuchter, Raumbefeuchter

# Werkzeug und Büro
Schraubenzieher, Schraubendreher
Inbusschlüssel, Sechskantschlüssel, Innensechskantschlüssel
Gabelschlüssel, Maulschlüssel
Zollstock, Meterstab, Gliedermaßstab
Maßband, Bandmaß
Teppichmesser, Cuttermesser
Schleifpapier, Sandpapier, Schmirgelpapier
Klebeband, Klebestreifen
Tesafilm => Klebefilm, Klebeband
Klebstoff, Kleber
Sekundenkleber, Superkleber
Kreppband, Malerkrepp, Abklebeband
Panzerband, Gewebeband
Trittleiter, Stufenleiter
Farbroller, Malerrolle
Wandfarbe, Dispersionsfarbe
Vorhängeschloss, Hängeschloss
Kugelschreiber, Kuli
Füllfederhalter, Füllfeder
Radiergummi, Radierer
Anspitzer, Bleistiftspitzer
Tacker, Heftgerät
Reißzwecke, Reißnagel, Heftzwecke
Schulheft, Schreibheft

# Garten und Auto
Gartenschere, Rebschere, Rosenschere
Rasenmäher, Grasmäher
Rasentrimmer, Grastrimmer, Fadentrimmer
Motorsense, Freischneider
Gartenschlauch, Wasserschlauch
Rechen, Harke
Schubkarre, Scheibtruhe
Blumentopf, Pflanztopf
Blumenkübel, Pflanzkübel
Blumenkasten, Balkonkasten
Blumenerde, Pflanzenerde
Dünger, Düngemittel
Gartenhaus, Gartenhütte
Grillkohle, Holzkohle
Sonnenliege, Gartenliege
Sonnenschirm, Gartenschirm
Planschbecken, Kinderpool
Hollywoodschaukel, Gartenschaukel
Briefkasten, Postkasten
Benzinkanister, Kraftstoffkanister
Starthilfekabel, Überbrückungskabel

# Sport, Freizeit und Tiere
Fahrrad, Velo
Fahrrad => Rad, Bike
Mountainbike, MTB
E-Bike, Elektrofahrrad, Pedelec
Fahrradhelm, Radhelm, Velohelm
Fahrradschloss, Veloschloss
Fahrradtasche, Radtasche, Packtasche
Inlineskates, Inliner
Laufband, Laufmaschine
Heimtrainer, Hometrainer, Ergometer
Crosstrainer, Ellipsentrainer
Gymnastikmatte, Fitnessmatte, Turnmatte
Fitnessband, Widerstandsband
Tischtennis, Pingpong
Tischkicker, Tischfußball
Isomatte, Schlafmatte
Luftmatratze, Luftbett
Feldbett, Campingliege
Wanderstock, Trekkingstock
Taschenmesser, Sackmesser
Fernglas, Feldstecher
Schwimmweste, Rettungsweste
Taucherbrille, Tauchmaske
Hundekorb, Hundebett
Katzenklo, Katzentoilette
Kratzbaum, Katzenbaum
Aquarium, Fischbecken
`;

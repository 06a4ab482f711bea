/**
 * The starter synonyms in English. One group a line: `a, b` finds each other; with `a => b`, `a` finds `b` too, but not
 * the other way round. A word that also means something else, such as `pants`, is only found, or stands with the words
 * that make it clear. A word whose stem is the stem of another word is left out: `comforter` would find `comfort`. Lines
 * that begin with `#` are headings.
 */
export const ENGLISH = `
# Spelling
colour, color
grey, gray
jewellery, jewelry
pyjamas, pajamas
tyre, tire
aluminium, aluminum
mould, mold
fibre, fiber
litre, liter
moustache, mustache
moisturiser, moisturizer
organiser, organizer
fertiliser, fertilizer
sanitiser, sanitizer
steriliser, sterilizer
vaporiser, vaporizer
yoghurt, yogurt
doughnut, donut
liquorice, licorice
whisky, whiskey
draught excluder, draft stopper
armour, armor
adaptor, adapter
duffel, duffle
barbecue, barbeque, bbq
cosy, cozy
flavour, flavor
odour, odor
woollen, woolen
axe, ax

# Lights and tools
torch, flashlight
head torch, headlamp
spanner, wrench
allen key, hex key, hex wrench
spirit level, bubble level
tape measure, measuring tape
utility knife, box cutter
cordless screwdriver, electric screwdriver
sandpaper, abrasive paper
wall plug, wall anchor
duct tape, gaffer tape
masking tape, painters tape
superglue, instant glue
sticky tape, adhesive tape
sellotape => sticky tape, adhesive tape
stepladder => ladder
standard lamp, floor lamp
ceiling lamp, ceiling light
fairy lights, string lights
candlestick, candle holder
extension lead, extension cord, extension cable
power strip, multiway socket
plug socket, wall socket, power outlet
smoke alarm, smoke detector

# Furniture and textiles
sofa, couch, settee
sofa bed, sleeper sofa
armchair, easy chair
recliner, reclining chair
footstool, ottoman, pouffe
wardrobe, armoire
closet => wardrobe
bedside table, nightstand, night table
bookcase, bookshelf
sideboard, credenza
desk, writing table
tv stand, tv unit, tv cabinet, media console
coat rack, coat stand
picture frame, photo frame
curtains, drapes
curtain rod, curtain pole
net curtains, sheer curtains
roller blind, roller shade
throw pillow => cushion
scatter cushion, throw pillow, decorative pillow
duvet, continental quilt
eiderdown => duvet
duvet cover, quilt cover
bedspread, coverlet
mattress protector, mattress cover
valance, bed skirt
air bed, air mattress, inflatable mattress
camp bed, camping cot
sleep mask, eye mask
door mat, doormat, welcome mat

# Kitchen
tap, faucet
hob, cooktop
fridge, refrigerator
microwave oven => microwave
cooker hood, range hood, extractor hood
frying pan, skillet
baking tray, baking sheet, cookie sheet
muffin tin, muffin pan, cupcake tin
cake tin, cake pan
loaf tin, loaf pan
casserole dish, baking dish
cling film, plastic wrap
kitchen roll, paper towel
tin foil, kitchen foil
tea towel, dish towel
washing-up liquid, dish soap, dishwashing liquid
rubber gloves, dish gloves
dish rack, dish drainer
tin opener, can opener
corkscrew, wine opener
sieve, strainer
fish slice => spatula
whisk, egg beater
peeler, potato peeler
chopping board, cutting board
oven glove, oven mitt
hand blender, stick blender, immersion blender
liquidiser => blender
slow cooker, crock pot
coffee maker, coffee machine
cafetière, french press, coffee press
moka pot, stovetop espresso maker
espresso machine, espresso maker
cutlery, flatware, silverware
crockery, dinnerware, tableware
coffee mug, coffee cup
jug, pitcher
place mat, table mat
tablecloth, table cover
serviette, napkin
bread bin, bread box
biscuit tin, cookie jar
lunch box, bento box
vacuum flask, thermos, insulated flask
water bottle, drinking bottle
tupperware => food container, food storage container
cool box => cooler
cool box, ice chest

# Food and plants
aubergine, eggplant
courgette, zucchini
cilantro => coriander
rocket salad, arugula
beetroot, beet
spring onion, scallion, green onion
prawn, shrimp
potato crisps, potato chips
biscuit, cookie
candyfloss, cotton candy
ice lolly, popsicle
icing sugar, powdered sugar, confectioners sugar
caster sugar, superfine sugar
bicarbonate, baking soda
cornflour, cornstarch
rolled oats, porridge oats
chickpea, garbanzo bean
broad bean, fava bean
swede, rutabaga

# Cleaning and laundry
vacuum cleaner, hoover
bin => trash can, waste basket
trash can, garbage can => bin
rubbish bin, trash can, garbage can, waste bin, dustbin
wastepaper basket, wastebasket, waste basket
bin liner, bin bag, trash bag, garbage bag
washing machine, clothes washer
tumble dryer, clothes dryer
washing powder, laundry detergent
fabric softener, fabric conditioner
clothes peg, clothespin
clothes horse, clothes airer, laundry rack
clothes horse, clothes airer => drying rack
laundry basket, laundry hamper, washing basket
coat hanger, clothes hanger
air freshener, room freshener

# Clothing and shoes
trousers => pants
slacks => trousers, pants
jumper, sweater, pullover
hoodie, hooded sweatshirt
polo neck, turtleneck, roll neck
tracksuit bottoms, sweatpants, jogging bottoms, joggers
tracksuit, jogging suit, sweatsuit
waistcoat => vest
gilet, body warmer, puffer vest
dungarees => overalls
dungarees, bib overalls
boiler suit, coveralls
playsuit, romper
raincoat, rain jacket
windcheater, windbreaker
bobble hat, pom-pom hat
bobble hat, woolly hat => beanie
peaked cap => baseball cap
dinner jacket, tuxedo
evening dress, evening gown, ball gown
wedding dress, wedding gown, bridal gown
fancy dress => costume
dressing gown, bathrobe
nightdress, nightgown, nightie
underpants, undershorts
knickers, panties
underwear, undergarments
bra, brassiere
swimming costume, swimsuit, bathing suit
swimming trunks, swim shorts
tee shirt, t-shirt
trainers, sneakers
wellies, wellingtons, wellington boots, rubber boots, rain boots
slippers, house shoes
walking boots, hiking boots
football boots, soccer cleats
sunnies => sunglasses
spectacles, eyeglasses
wristwatch => watch
hair slide, barrette
hair grip, bobby pin
hair bobble, hair tie

# Bags
rucksack, backpack, knapsack
daypack, day sack
bum bag, fanny pack, waist pack, belt bag
holdall, duffel bag
trolley case => suitcase
cabin bag, carry-on bag, hand luggage

# Body and health
nail varnish, nail polish
hair dryer, blow dryer
hair straightener, flat iron
electric razor, electric shaver
shaving foam, shaving cream
sun cream, sunscreen, sun lotion, suntan lotion, sunblock
shower gel, body wash
hand wash, hand soap
lip balm, lip salve
perfume => fragrance, eau de parfum
toilet paper, toilet roll, loo roll
loo => toilet
face flannel, washcloth, face cloth
bath mat, bath rug
cotton bud, cotton swab
sticking plaster, adhesive bandage
sanitary towel, sanitary pad

# Baby
nappy, diaper
pushchair, stroller, baby buggy
pram, baby carriage
baby dummy, pacifier, soother
baby cot, crib
feeding bottle, baby bottle
wet wipes, baby wipes
changing mat, changing pad
baby sling, baby carrier
child car seat, child seat

# Electronics
tv, television, telly
mobile phone, cell phone, cellphone, smartphone
earphones, earbuds, in-ear headphones
laptop, notebook computer
desktop computer, desktop pc
personal computer, pc
computer screen, computer monitor
usb stick, flash drive, thumb drive, memory stick, pen drive
hard drive, hard disk, hdd
solid state drive, ssd
graphics card, video card, gpu
motherboard, mainboard
cpu => processor
power supply unit, psu
power bank, portable charger
mains adapter, power adapter, ac adapter
travel adapter, plug adapter
charging cable, charging lead
aerial, antenna
loudspeaker => speaker
turntable, record player
camcorder, video camera
webcam, web camera
digicam => digital camera
dash cam, dashboard camera
security camera, surveillance camera, cctv camera
e-reader, ebook reader
tablet computer, tablet pc => tablet
gamepad, game controller, joypad
mouse mat, mouse pad
wifi, wlan
network cable, ethernet cable, lan cable, patch cable
ink cartridge, printer cartridge
photocopier, copier, copy machine
sd card => memory card
sat nav, gps navigator
walkie talkie, two-way radio
fitness tracker, activity tracker
vr headset, vr glasses
drone, quadcopter
electric heater, space heater

# Sports, toys and pets
bicycle, bike
motorbike, motorcycle
motorhome, campervan
electric bike, e-bike, electric bicycle
pannier, saddlebag
mudguard => fender
soccer => football
table tennis, ping pong
table football, foosball
skipping rope, jump rope
exercise mat, gym mat, fitness mat
resistance band, exercise band
exercise bike, stationary bike
cross trainer, elliptical trainer
treadmill, running machine
dumbbell, hand weight
walking poles, trekking poles, hiking poles
sleeping mat, sleeping pad, roll mat
penknife, pocket knife
binoculars, field glasses
fishing rod, fishing pole
life jacket, life vest
rollerblades => inline skates
sledge, sled
soft toy, plush toy, stuffed animal, cuddly toy
teddy, teddy bear
dolls house, dollhouse
building blocks, building bricks
remote controlled car, rc car
dog lead, dog leash
dog kennel, dog house
cat litter, kitty litter
litter tray, litter box
cat flap, cat door
fish tank, aquarium

# Garden, car and office
hosepipe, garden hose
secateurs, pruning shears
lawnmower, grass cutter
strimmer, string trimmer, grass trimmer
flowerpot, plant pot
potting compost, potting soil
weedkiller, herbicide
barbecue => grill
charcoal grill, charcoal barbecue
sun lounger, sunbed
parasol, patio umbrella
paddling pool, wading pool, kiddie pool
deckchair, beach chair
letterbox, mailbox, post box
lorry, truck
windscreen, windshield
wing mirror, side mirror
number plate, license plate
jump leads, jumper cables
boot liner, trunk liner
petrol can, gas can
drawing pin, thumbtack, push pin
biro => ballpoint pen
ballpoint pen, ball pen
pencil rubber => eraser
exercise book => notebook
hole punch, hole puncher
blackboard, chalkboard
noticeboard, bulletin board, pinboard
wrapping paper, gift wrap
`;

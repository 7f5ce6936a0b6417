/** Parts that well known passwords are made of, longest first. Small letters and digits only. */
export const COMMON_PARTS: readonly string[] = [
  ...words(`
    password passwort passwd motdepasse contrasena senha parola nenosiri neno siri secret secrets secreto siriyangu
    welcome karibu hello jambo habari letmein openup openthedoor trustno iloveyou nakupenda ilovegod loveyou mylove
    lovely sweetheart darling admin administrator root superuser user username guest test tester testing temp
    temporary default changeme change master manager system server login signin access secure security account
    qwerty qwertz azerty asdf zxcv qazwsx qweasd computer internet samsung android iphone google facebook whatsapp
    microsoft windows linux monkey dragon tiger lion simba eagle shadow superman batman spiderman pokemon starwars
    football baseball basketball soccer hockey liverpool arsenal chelsea manchester united barcelona realmadrid
    princess queen king prince angel sunshine summer winter spring autumn flower rainbow butterfly chocolate cookie
    michael jessica ashley daniel jordan charlie thomas andrew joshua matthew mary john james joseph david peter
    maria mohamed ahmed fatuma juma amina jesus christ jesuschrist god godisgood blessed blessing faith hope love
    amen hallelujah allah bible mungu freedom whatever nothing something forever family mother father mama baba
    brother sister friend friends baby money dollar business company office work house home school student teacher
    kenya nairobi mombasa kisumu uganda kampala tanzania daressalaam rwanda kigali africa ethiopia nigeria lagos
    ghana accra india delhi mumbai pakistan bangladesh hospital clinic doctor daktari nurse patient medicine medical
    health healthy healthcare healthbridge bridge telemedicine telehealth pharmacy dispensary healthcentre
    january february march april june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday today tomorrow morning number phone simple please thanks thankyou nevermind
    ninja hunter ranger killer hacker matrix mustang ferrari porsche mercedes toyota yamaha harley corvette
    the and for you are not this that with my is of to in it
  `),
].toSorted((left, right) => right.length - left.length);

/** Sentences, lines and strings that are in every list of leaked long passwords, squeezed to letters and digits. */
export const COMMON_SENTENCES: ReadonlySet<string> = new Set(
  `
  correct horse battery staple
  the quick brown fox jumps over the lazy dog
  the quick brown fox
  to be or not to be that is the question
  to be or not to be
  may the force be with you
  i am your father
  in god we trust
  god is good all the time
  god bless america
  god bless kenya
  god bless africa
  the lord is my shepherd
  the lord is my shepherd i shall not want
  our father who art in heaven
  jesus is my saviour
  jesus is my savior
  jesus loves me this i know
  jesus christ is lord
  i love jesus christ
  in the beginning was the word
  in the beginning god created
  for god so loved the world
  bismillah ir rahman ir rahim
  la ilaha illallah
  hakuna matata maisha
  hakuna matata hakuna matata
  mungu ni mwema kila wakati
  ee mungu nguvu yetu
  ninakupenda sana
  nakupenda sana mpenzi
  asante sana karibu
  haraka haraka haina baraka
  pole pole ndio mwendo
  once upon a time in a land
  once upon a time
  it was the best of times
  all you need is love
  let it be let it be
  dont worry be happy
  we are the champions
  another brick in the wall
  stairway to heaven
  hotel california
  bohemian rhapsody
  smells like teen spirit
  i will always love you
  happy birthday to you
  twinkle twinkle little star
  mary had a little lamb
  humpty dumpty sat on a wall
  row row row your boat
  baa baa black sheep
  old macdonald had a farm
  an apple a day keeps the doctor away
  an apple a day
  practice makes perfect
  actions speak louder than words
  better late than never
  early bird catches the worm
  the early bird catches the worm
  all that glitters is not gold
  time is money money is time
  knowledge is power
  where there is a will there is a way
  no pain no gain no pain
  live laugh love live
  live and let live
  carpe diem carpe diem
  i think therefore i am
  cogito ergo sum
  just do it just do it
  open sesame open sesame
  this is my password
  this is a password
  this is a secret password
  this is not my password
  this is a secure password
  my password is password
  my secret password
  my password is secret
  password is my password
  what is my password
  i forgot my password
  i dont know my password
  never forget this password
  please let me in please
  please let me in
  let me in let me in
  let me in right now
  i want to sign in
  do not tell anyone
  nobody knows this password
  you will never guess this
  you shall not pass
  my precious my precious
  winter is coming soon
  winter is coming winter
  a long time ago in a galaxy far far away
  luke i am your father
  live long and prosper
  beam me up scotty
  elementary my dear watson
  houston we have a problem
  one small step for man
  i have a dream today
  yes we can yes we can
  never gonna give you up
  all work and no play makes jack a dull boy
  say hello to my little friend
  i will be back soon
  hasta la vista baby
  to infinity and beyond
  just keep swimming just keep swimming
  with great power comes great responsibility
  keep calm and carry on
  keep calm and carry on nursing
  i love you very much
  i love you so much
  i love you forever
  i love my family
  i love my wife
  i love my husband
  i love my children
  i love my mother
  i love my mom
  i love my country
  i love football
  i love manchester united
  you never walk alone
  youll never walk alone
  glory glory man united
  trust no one trust no one
  change me now please
  please change me
  please change this password
  default password
  temporary password
  welcome to the jungle
  welcome to kenya
  welcome to nairobi
  welcome to the hospital
  welcome to the clinic
  the doctor is in
  the doctor will see you now
  take two and call me in the morning
  first do no harm first
  first do no harm
  health is wealth
  your health is your wealth
  abcdefghijklmnop
  abcdefghijklmnopqrstuvwxyz
  qwertyuiopasdfghjkl
  qwertyuiopasdfghjklzxcvbnm
  1qaz2wsx3edc4rfv
  1qaz2wsx3edc4rfv5tgb
  1q2w3e4r5t6y7u8i
  1q2w3e4r5t6y7u8i9o0p
  q1w2e3r4t5y6u7i8
  zaq12wsxcde34rfv
  qazwsxedcrfvtgb
  qazwsxedcrfvtgbyhnujm
  asdfghjklqwertyuiop
  poiuytrewqlkjhgfdsa
  mnbvcxzlkjhgfdsapoiuytrewq
  1a2b3c4d5e6f7g8h
  a1b2c3d4e5f6g7h8
  314159265358979
  3141592653589793
  31415926535897932384626433
  271828182845904
  2718281828459045
  112358132134558
  11235813213455
  123456789abcdef
  0123456789abcdef
  00112233445566778899
  112233445566778899
  thisisasecretkey
  supersecretpassword
  verysecretpassword
  mysupersecretpassword
  administratoradministrator
  lorem ipsum dolor sit amet
  lorem ipsum dolor sit
  hello world hello world
  hello how are you today
  hello my name is
  good morning vietnam
  good morning everyone
  have a nice day today
  have a good day today
  have a nice day
  `
    .split("\n")
    .map((line) => line.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ""))
    .filter((line) => line !== ""),
);

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word.length >= 3);
}

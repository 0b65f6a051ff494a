PRAGMA application_id = 1719165810;
PRAGMA user_version = 5;
BEGIN TRANSACTION;
CREATE TABLE audit (
	sequence INTEGER NOT NULL, 
	at TEXT, 
	actor TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	writes TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (sequence)
)
 STRICT

;
INSERT INTO "audit" VALUES(1,'2026-03-02T16:00:00.123456+00:00','kit','k-1','[["rate decision","booking:EUR/USD:2026-03-02:1",1,"ef031ee787eaed527c67ea372e8ef19907d4bf99c3a1abb129968031f5863c90"],["rate decision","lock:EUR/USD:2026-03-02:1",1,"004fb32a782487743a6131494f98704e42486881f15d6adeb91f21d9a5e49593"],["rate decision","quote:USD/EUR:2026-03-02:1",1,"c5decfc2f55b18428de63fcb33aa086801d29370faec3aaf2ccf985ada53d9db"],["rate decision","quote:JPY/USD:2026-03-02:1",1,"074fe0f1ad69036f25ce8fd44716a6f050e5c5eedbcb5c281a3704469f2e784f"],["rate decision","closing:EUR/BHD:2026-03-02:1",1,"4debab4f559fa38d247ac66d633f3848f991be994462d02425ea38417b3fed3e"],["rate decision","display:EUR/EUR:2026-03-02:1",1,"83f08fd52133d77a918a2f54726cedf06e6d7a05e6aec6c5a4d5c73fcc95d4f8"],["rate decision","booking:EUR/USD:2026-03-02:2",1,"a58c6b0826197dc19fe2d81764cf488a8bafd43c32540a2360f67fc2a266ff51"],["company","acme-de",1,"208cf7274e27bc0b87f3ea03ad6fcda63dd26cf7501467d1c78e47de0a88fc39"],["customer","C-1",1,"5ecd8d227a013e63589d31feae54d154a9c18bb05ff739896499a2543bc75b82"],["enquiry","E-1",1,"16f383a59eb8cac8940880b5515941209347e2ca3eb9fb8b65c2e7b91c77a432"],["deal","D-1",1,"d947084a743c763567c925ba99be4adf0a12e955b0049e5de7dcb9e47e538d9b"],["quote","Q-1",1,"9b5bad1676596f44fbbe7db4067eea61566ee69e0ebfcda69a378a58f85af0c1"],["rate lock","L-1",1,"7aefb5d22553516f1e93f9a81071c839ebdf522668f82875e67ee8f4b360231a"],["order","O-1",1,"560191a504ead859aeb20c9566b7a0eda9bd4e6f1d6a179af7336a9cdbd8ef55"],["invoice","I-1",1,"d6dbb0a1fc263a074c8825e2e2140275febe7dd556a60b7cb40a815f18139582"],["payment","P-1",1,"9d927d10e44b8e0eb7073df6f7621db0cd6495d70bf7e86777d36d015de426e1"],["case","S-1",1,"bfe9055d5d5e4c7ff9b1b155d4e33243aded1f022505049586a67d9bc250d256"],["open item","R-1",1,"e59afbb4fd67b9c00c6e77a681e876d54bc75c84286b9eea8de587772272ed1a"],["held rate","ECB:EUR/USD:mid:2026-03-02:1",1,"31c57777721cfc41f8bbad6baaa1903626085b4ac32848227e68171e2dfb5338"],["company","acme-de",2,"4bf96e6ede43c724607131b2352d5ce3f67d70793cecd330f89d18d530d31e24"],["customer","C-1",2,"c93b7c0dbee6f02ab8ac6e9174c3e626318e0fc2f2925691e97d1f7e248d300c"],["enquiry","E-1",2,"b91eee7a936cfdae69c41f7f0d519fdcdc2b9503185d4ad0fb94d5d69a075632"],["deal","D-1",2,"78377e9cde9426aa81deca36bc0c5f6b75b3f8323e5a49111b55d230fb2cc15a"],["quote","Q-1",2,"e06dfb745862953cc6d9eb9f1c488145d853cef8f2fc44c5f5ad64675f58a974"],["rate lock","L-1",2,"d98d4ee43d99b2fc6fd5518d2fae9969354b34d11ebe1a0765e1fa8b39afeed8"],["order","O-1",2,"329ae8fad3e95f97aea5462e9caa58b8be698b6723a40d4ac67850bb79401cc1"],["invoice","I-1",2,"8c8295600493d4fa07e26276cf6ddfdb437a78557d1ec6416250e898437ac565"],["payment","P-1",2,"aac0944a40eb026fffe0f2771d99ed1192ea9e978410322d38f9004e7eedfc53"],["case","S-1",2,"73ccec94d6c98e4a8133770ebe0f590d777d1d36e6976a053649d249e33044f4"],["open item","R-1",2,"892776a7509916599e44b16a538df29592a719707b43ebb564494751be0e14a3"],["held rate","ECB:EUR/USD:mid:2026-03-02:1",2,"5398962cc28d5bb955202e66cbabe54dc465210ebc8ed09fd4f2d12ecacc82b3"],["entry","1",1,"7b031f3906db7ca4c1a02392686e2245fca48a70345b6872568259ed398661c7"],["translation snapshot","nordwind-us/EUR/2026-03-02",1,"64b58c6f4e1f39632a141abdd6d8e303e7bc43e8fcd4163d9dda913662d12408"],["number","[\"acme-de\", \"invoice\"]",1,"2fda408ba22b31b0393857473d968171e2da514e50c41503b336766f51ec19d0"],["command","key",1,"85f9b5184d59f090a76d5585933bbaa3dd7935cc4645c8581870ca8be447be8c"],["fixings","[\"kit\",\"EUR\",\"JPY\",\"mid\",1,1]",1,"a53578350802953eb611dcd3ba4f5e3583fe81605977eafa71541616336ffa7e"],["fixings","[\"kit\",\"EUR\",\"USD\",\"mid\",1,1]",1,"3a0c4ffa1ee4786c6c65a769509bed989b7cee42be6a22dd0d46cb6e946be0d3"],["fixings","[\"Robert''); DROP TABLE customers;--\",\"JPY\",\"CZK\",\"ask\",100,1]",1,"cdf8fd0ff355ca65bc00c5434125da2b2db7fe2bf95cd266d03ba93e206bcbfa"],["fixings","[\"Robert''); DROP TABLE customers;--\",\"JPY\",\"CZK\",\"bid\",100,1]",1,"57d3463ad1af06f8f2ea602f5dc55551a4db8c288b6bba9825409a4691a35426"],["event","1",1,"c4c057e7085daffd4f41560e407b7e33a9523baad6d2c504e57651ebcbaea44d"],["event","2",1,"f125cdf52adb4da3eac2350937d7e7f075865616cdad16f4bde4c3670f0098b5"],["event","3",1,"17d6d5978eb3df2f5b5b65a5ef421f63bdc0296c16b8a2b564a417c5e00360e5"],["event","4",1,"b15411c10696f00b4b2b6ff66c5478620cca08ffe9506b3b740027a5d4b2e82a"],["event","5",1,"ca5ee87e6efdb6a7a3cb00263fe36b4d6664946219713e0024b9e55d006afada"],["event","6",1,"b9e6b0c97f3bcba23bc289c0e4b577471ceb68466110b0f234bac6c2e1d2e695"],["event","7",1,"87c982591817971b383490803108977b7fe56fad6eafd9f4d910af5a98de9882"],["event","8",1,"aa21e9c963799192db8b158f465f86587e22022a13958b58643153120d82408e"],["event","9",1,"9dafa42431b314f0b8d9223f5ee47f5604b9cddc742f8dd77c60ebaa0fc9d67f"],["event","10",1,"d1d2455b019957e7997429ba9c8ba1bbf36160a77c98f85d8d3817fcd24d0077"],["event","11",1,"bee9d905d3e610a702163d04b595f7801112c9d018f74df08c6a2e100fb5b32d"],["event","12",1,"d228a0f029fe4f4c894cdd1bb26c2cabe889d072b0cff2b760c0fe03bb66dfb8"],["event","13",1,"cc2acf18f82b7275483fb35659a4c0f3587800541d43588f2ea5edb25746083f"]]','af7e9e10ed28bd9cf955164e1527fb029a79f06adac209bb196ba5fe1b894e73');
INSERT INTO "audit" VALUES(2,'2026-03-02T16:00:00.123456+00:00','kit','k-2','[["company","nordwind-us",1,"10b1f790f90042450b05d49065777f455b94af24e0a281670cad2e35f47147d6"],["customer","Robert''); DROP TABLE customers;--",1,"536a0b3b26a54145e30bec96ec39b12cfd5a73f3612b7b4cd886b7b0de8a1841"],["enquiry","E-2",1,"849c4896a4e9fd24804e10adb7dbc8930b83710dbb1716eb8866b849f8ce1e89"],["deal","D-2",1,"756aecc2118ca6f2de9c86444d8329508d8cfff6624e483acf21b66296e262e3"],["deal","D-3",1,"99131ccecb817d1547443aab8236bc113c71414ae890ad7654b5c78f7dea43b1"],["quote","Q-2",1,"74625f732e9c0bc85b71b413b4fd4622d0d58b6b8f9e0d2a0a2d15ce414a482f"],["quote","Q-3",1,"2ec57e655432203f2698330f52eef8d638dcf6b3a164d93c9afb426cde96e971"],["quote","Q-4",1,"1d9d218ef0b5d1e666e099e302b194e09f1a47abe94103512b11611d67265770"],["rate lock","L-2",1,"5e001a42db12e04a07b4d62eef7dafce2cd1fbccb6cda4c8dcfc14c38afe251c"],["rate lock","L-3",1,"6b03d04d947356665c9812d0afc467d199a20f1061f927f00ec9812e527c4328"],["rate lock","L-4",1,"e87c733425e2a34bdb1d5c3df869d1eb78914389cad2b48b2e5435f97e0155a7"],["rate lock","L-5",1,"087f285fbdd84b929ad8539d23b6621f1bbd1ff61e9a7749a6417e519c2e0c8e"],["order","O-2",1,"06f49849bac32245f18f5ac835ce794d9cc13d428ad6313596c04aa67efaa1d3"],["order","O-3",1,"ac84258f852d5a14f65d8f85eb9984db0a492ecd4e76a650bb3fbd6785b63c6c"],["invoice","I-2",1,"b26f52b86e8fb1b7645e6932220be0c597c6a3ac86885081e5f73bd8954d089d"],["payment","P-2",1,"661f288d544a6fda2273a43aa103645910ff20d2330bd9b3890adf67b8c6520e"],["case","S-2",1,"723a2709c73dbd97bef9101a29c89dc4c8b8eda470b317cff07b2e0843c537db"],["open item","R-2",1,"2e81baf28eb7c6a5d418fa90000921aeb3e27b333b0bce7fcca239b72048394a"],["open item","R-3",1,"83c700e4283fcbb66f7b57379a605a05261797e9b88368fb2d59527085488884"],["held rate","Robert''); DROP TABLE customers;--:JPY/CZK:bid:2026-03-02:2",1,"c81db417b38f4e72cdb0212bbfe94472f83b0cdf78b412a150871f7180f439dd"],["event","14",1,"d9a89969d36103f36d779100633227a7843fd65e58d4a8433a4654de11c0a6af"]]','2e633852f38b1e81d4423fb7e56beec548fa478f3f41e0fa3bb18f6deff4bf4b');
CREATE TABLE cases (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	number TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	invoice TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	claimed INTEGER NOT NULL, 
	claimed_currency TEXT NOT NULL, 
	opened_on TEXT NOT NULL, 
	resolution TEXT NOT NULL, 
	state TEXT NOT NULL, 
	extras TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "cases" VALUES('S-1',2,'acme-de','1','C-1','I-1','Broken',-1,'USD','2026-03-02','Robert''); DROP TABLE customers;--','resolved','{}');
INSERT INTO "cases" VALUES('S-2',1,'nordwind-us','1','C-1','I-1','Broken',-1,'USD','2026-03-02','','open','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
CREATE TABLE commands (
	"key" TEXT NOT NULL, 
	content TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	PRIMARY KEY ("key")
)
 STRICT

;
INSERT INTO "commands" VALUES('key','ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73','answer');
CREATE TABLE companies (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	functional TEXT NOT NULL, 
	founded_on TEXT NOT NULL, 
	closed_through TEXT, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "companies" VALUES('acme-de',2,'Acme GmbH','EUR','1998-02-28','2026-03-02');
INSERT INTO "companies" VALUES('nordwind-us',1,'Nordwind Inc.','USD','2026-03-02','2026-03-31');
CREATE TABLE consumers (
	consumer TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	PRIMARY KEY (consumer)
)
 STRICT

;
CREATE TABLE custom_fields (
	kind TEXT NOT NULL, 
	id TEXT NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (kind, id, field)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "custom_fields" VALUES('case','S-2','check','check:yes');
INSERT INTO "custom_fields" VALUES('case','S-2','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('case','S-2','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('case','S-2','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('case','S-2','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('case','S-2','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('customer','C-1','check','check:no');
INSERT INTO "custom_fields" VALUES('enquiry','E-1','check','check:yes');
INSERT INTO "custom_fields" VALUES('enquiry','E-2','check','check:yes');
INSERT INTO "custom_fields" VALUES('enquiry','E-1','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('enquiry','E-2','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('enquiry','E-1','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('enquiry','E-2','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('enquiry','E-1','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('enquiry','E-2','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('enquiry','E-1','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('enquiry','E-2','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('enquiry','E-1','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('enquiry','E-2','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('invoice','I-1','check','check:yes');
INSERT INTO "custom_fields" VALUES('invoice','I-2','check','check:yes');
INSERT INTO "custom_fields" VALUES('invoice','I-1','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('invoice','I-2','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('invoice','I-1','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('invoice','I-2','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('invoice','I-1','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('invoice','I-2','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('invoice','I-1','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('invoice','I-2','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('invoice','I-1','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('invoice','I-2','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('order','O-1','check','check:yes');
INSERT INTO "custom_fields" VALUES('order','O-2','check','check:yes');
INSERT INTO "custom_fields" VALUES('order','O-3','check','check:yes');
INSERT INTO "custom_fields" VALUES('order','O-1','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('order','O-2','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('order','O-3','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('order','O-1','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('order','O-2','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('order','O-3','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('order','O-1','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('order','O-2','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('order','O-3','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('order','O-1','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('order','O-2','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('order','O-3','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('order','O-1','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('order','O-2','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('order','O-3','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('quote','Q-1','check','check:yes');
INSERT INTO "custom_fields" VALUES('quote','Q-2','check','check:yes');
INSERT INTO "custom_fields" VALUES('quote','Q-3','check','check:yes');
INSERT INTO "custom_fields" VALUES('quote','Q-4','check','check:yes');
INSERT INTO "custom_fields" VALUES('quote','Q-1','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('quote','Q-2','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('quote','Q-3','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('quote','Q-4','day','date:2026-03-02');
INSERT INTO "custom_fields" VALUES('quote','Q-1','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('quote','Q-2','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('quote','Q-3','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('quote','Q-4','decimal','number:0.1');
INSERT INTO "custom_fields" VALUES('quote','Q-1','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('quote','Q-2','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('quote','Q-3','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('quote','Q-4','money','money:EUR 1.005');
INSERT INTO "custom_fields" VALUES('quote','Q-1','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('quote','Q-2','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('quote','Q-3','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('quote','Q-4','number','number:-1000000000000000000000000000000');
INSERT INTO "custom_fields" VALUES('quote','Q-1','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('quote','Q-2','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('quote','Q-3','text','text:Robert''); DROP TABLE customers;--');
INSERT INTO "custom_fields" VALUES('quote','Q-4','text','text:Robert''); DROP TABLE customers;--');
CREATE TABLE customers (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	name TEXT NOT NULL, 
	country TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	currencies TEXT NOT NULL, 
	registered_on TEXT NOT NULL, 
	language TEXT NOT NULL, 
	extras TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "customers" VALUES('C-1',2,'acme-de','Contoso','JP','USD','["USD","JPY","BHD"]','2026-03-02','ja_JP','{"check":{"check":false}}');
INSERT INTO "customers" VALUES('Robert''); DROP TABLE customers;--',1,'nordwind-us','','JP','USD','[]','2026-03-02','ja_JP','{}');
CREATE TABLE deals (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	enquiry TEXT, 
	title TEXT NOT NULL, 
	value INTEGER NOT NULL, 
	value_currency TEXT NOT NULL, 
	opened_on TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	extras TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "deals" VALUES('D-1',2,'acme-de','C-1','E-1','Pumps',9223372036854775807,'EUR','2026-03-02','quoted','{}');
INSERT INTO "deals" VALUES('D-2',1,'acme-de','C-1',NULL,'Pumps',1000000000000,'JPY','2026-03-02','qualified','{}');
INSERT INTO "deals" VALUES('D-3',1,'nordwind-us','C-1',NULL,'Pumps',-1,'BHD','2026-03-02','qualified','{}');
CREATE TABLE decisions (
	id TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	base TEXT NOT NULL, 
	counter TEXT NOT NULL, 
	legs TEXT NOT NULL, 
	fixed_on TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	policy TEXT NOT NULL, 
	valid_on TEXT NOT NULL, 
	known_at TEXT NOT NULL, 
	decided_by TEXT NOT NULL, 
	replaces TEXT, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(replaces) REFERENCES decisions (id)
)
 STRICT

;
INSERT INTO "decisions" VALUES('booking:EUR/USD:2026-03-02:1','booking','EUR','USD','[{"fixing":{"on":"2026-03-02","pair":{"base":"EUR","counter":"USD"},"side":"mid","source":"ECB","unit":1,"value":"1.0850"},"inverted":false}]','2026-03-02','given','on or before the day, at most 7 days old','2026-03-02','2026-03-02T16:00:00.123456+00:00','kit',NULL,'');
INSERT INTO "decisions" VALUES('lock:EUR/USD:2026-03-02:1','lock','EUR','USD','[{"fixing":{"on":"2026-03-02","pair":{"base":"EUR","counter":"USD"},"side":"mid","source":"given","unit":1,"value":"1.0800"},"inverted":false}]','2026-03-02','given','on or before the day, at most 7 days old','2026-03-02','2026-03-02T16:00:00.123456+00:00','kit',NULL,'');
INSERT INTO "decisions" VALUES('quote:USD/EUR:2026-03-02:1','quote','USD','EUR','[{"fixing":{"on":"2026-03-02","pair":{"base":"EUR","counter":"USD"},"side":"mid","source":"ECB","unit":1,"value":"1.0850"},"inverted":true}]','2026-03-02','given','on or before the day, at most 7 days old','2026-03-02','2026-03-02T16:00:00.123456+00:00','kit',NULL,'');
INSERT INTO "decisions" VALUES('quote:JPY/USD:2026-03-02:1','quote','JPY','USD','[{"fixing":{"on":"2026-03-01","pair":{"base":"JPY","counter":"EUR"},"side":"mid","source":"ECB","unit":100,"value":"0.6135"},"inverted":false},{"fixing":{"on":"2026-03-02","pair":{"base":"EUR","counter":"USD"},"side":"mid","source":"ECB","unit":1,"value":"1.0850"},"inverted":false}]','2026-03-01','given','on or before the day, at most 7 days old','2026-03-02','2026-03-02T16:00:00.123456+00:00','kit',NULL,'');
INSERT INTO "decisions" VALUES('closing:EUR/BHD:2026-03-02:1','closing','EUR','BHD','[{"fixing":{"on":"2026-03-02","pair":{"base":"BHD","counter":"EUR"},"side":"mid","source":"given","unit":1,"value":"2.444790000000000000000001"},"inverted":true}]','2026-03-02','given','on or before the day, at most 7 days old','2026-03-02','2026-03-02T16:00:00.123456+00:00','kit',NULL,'');
INSERT INTO "decisions" VALUES('display:EUR/EUR:2026-03-02:1','display','EUR','EUR','[]','2026-03-02','the same currency','on or before the day, at most 7 days old','2026-03-02','2026-03-02T16:00:00.123456+00:00','kit',NULL,'');
INSERT INTO "decisions" VALUES('booking:EUR/USD:2026-03-02:2','booking','EUR','USD','[{"fixing":{"on":"2026-03-02","pair":{"base":"EUR","counter":"USD"},"side":"mid","source":"ECB","unit":1,"value":"1.0850"},"inverted":false}]','2026-03-02','given','on or before the day, at most 7 days old','2026-03-02','2026-03-02T16:00:00.123456+00:00','kit','booking:EUR/USD:2026-03-02:1','corrected: „Schreibfehler“ of the bank');
CREATE TABLE enquiries (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	received_on TEXT NOT NULL, 
	state TEXT NOT NULL, 
	extras TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "enquiries" VALUES('E-1',2,'acme-de','C-1','','e-mail','2026-03-02','closed','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
INSERT INTO "enquiries" VALUES('E-2',1,'nordwind-us','C-1','a
b	cd','e-mail','2026-03-02','open','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
CREATE TABLE entries (
	sequence INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	company TEXT NOT NULL, 
	"on" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	text TEXT NOT NULL, 
	reverses TEXT, 
	PRIMARY KEY (sequence), 
	UNIQUE (id)
)
 STRICT

;
INSERT INTO "entries" VALUES(1,'1','acme-de','2026-03-02','kit','Robert''); DROP TABLE customers;--',NULL);
CREATE TABLE event_log (
	sequence INTEGER NOT NULL, 
	at TEXT, 
	actor TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	name TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	"on" TEXT NOT NULL, 
	details TEXT NOT NULL, 
	PRIMARY KEY (sequence)
)
 STRICT

;
INSERT INTO "event_log" VALUES(1,'2026-03-02T16:00:00.123456+00:00','kit','k-1','customer registered','C-1','2026-03-02','{"currency":"USD"}');
INSERT INTO "event_log" VALUES(2,'2026-03-02T16:00:00.123456+00:00','kit','k-1','rate held','ECB:EUR/USD:mid:2026-03-02:1','2026-03-02','{"doubts":"moved: 900.00 % from „1.0850“; 10.00 % are allowed; looks inverted: ","rate":"EUR/USD 10.850 (ECB 2026-03-02)"}');
INSERT INTO "event_log" VALUES(3,'2026-03-02T16:00:00.123456+00:00','kit','k-1','period closed','acme-de','2026-03-02','{}');
INSERT INTO "event_log" VALUES(4,'2026-03-02T16:00:00.123456+00:00','kit','k-1','customer registered','C-1','2026-03-02','{"currency":"USD"}');
INSERT INTO "event_log" VALUES(5,'2026-03-02T16:00:00.123456+00:00','kit','k-1','enquiry closed','E-1','2026-03-02','{"reason":"no answer"}');
INSERT INTO "event_log" VALUES(6,'2026-03-02T16:00:00.123456+00:00','kit','k-1','deal quoted','D-1','2026-03-02','{}');
INSERT INTO "event_log" VALUES(7,'2026-03-02T16:00:00.123456+00:00','kit','k-1','rate lock drawn','L-1','2026-03-02','{"amount":"EUR 999.99"}');
INSERT INTO "event_log" VALUES(8,'2026-03-02T16:00:00.123456+00:00','kit','k-1','order shipped','O-1','2026-03-03','{}');
INSERT INTO "event_log" VALUES(9,'2026-03-02T16:00:00.123456+00:00','kit','k-1','invoice partly paid','I-1','2026-03-02','{}');
INSERT INTO "event_log" VALUES(10,'2026-03-02T16:00:00.123456+00:00','kit','k-1','case resolved','S-1','2026-03-02','{}');
INSERT INTO "event_log" VALUES(11,'2026-03-02T16:00:00.123456+00:00','kit','k-1','rate held','ECB:EUR/USD:mid:2026-03-02:1','2026-03-02','{"doubts":"moved: 900.00 % from „1.0850“; 10.00 % are allowed; looks inverted: ","rate":"EUR/USD 10.850 (ECB 2026-03-02)"}');
INSERT INTO "event_log" VALUES(12,'2026-03-02T16:00:00.123456+00:00','kit','k-1','rate approved','ECB:EUR/USD:mid:2026-03-02:1','2026-03-02','{"by":"ada","rate":"EUR/USD 10.850 (ECB 2026-03-02)","reason":"Robert''); DROP TABLE customers;--"}');
INSERT INTO "event_log" VALUES(13,'2026-03-02T16:00:00.123456+00:00','kit','k-1','kit touched it','a source','2026-03-02','{"by":"Robert''); DROP TABLE customers;--","ключ":"🙂"}');
INSERT INTO "event_log" VALUES(14,'2026-03-02T16:00:00.123456+00:00','kit','k-2','rate held','Robert''); DROP TABLE customers;--:JPY/CZK:bid:2026-03-02:2','2026-03-02','{"doubts":"","rate":"JPY/CZK 6.4 per 100 (Robert''); DROP TABLE customers;-- 2026-03-02)"}');
CREATE TABLE fixings (
	series INTEGER NOT NULL, 
	day TEXT NOT NULL, 
	known_at TEXT NOT NULL, 
	value TEXT NOT NULL, 
	batch INTEGER NOT NULL, 
	PRIMARY KEY (series, day, known_at), 
	FOREIGN KEY(series) REFERENCES rate_series (number)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "fixings" VALUES(1,'2026-03-02','2026-03-02T16:00:00.123456+00:00','161.20',1);
INSERT INTO "fixings" VALUES(1,'2026-03-02','2026-03-03T16:00:00.123456+00:00','',1);
INSERT INTO "fixings" VALUES(2,'2026-03-02','','1.0850',1);
INSERT INTO "fixings" VALUES(2,'2026-03-02','2026-03-02T16:00:00.123456+00:00','1.0580',1);
INSERT INTO "fixings" VALUES(2,'2026-03-03','2026-03-03T16:00:00.123456+00:00','1.10',1);
INSERT INTO "fixings" VALUES(3,'2026-03-02','','15.5000000000000000000000000000000000001',1);
INSERT INTO "fixings" VALUES(4,'2026-03-02','','15.412',1);
CREATE TABLE fxcrm_schema (
	version_num TEXT NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "fxcrm_schema" VALUES('0005');
CREATE TABLE held_rates (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	base TEXT NOT NULL, 
	counter TEXT NOT NULL, 
	side TEXT NOT NULL, 
	unit INTEGER NOT NULL, 
	"on" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	known_at TEXT, 
	suspicions TEXT NOT NULL, 
	held_at TEXT NOT NULL, 
	state TEXT NOT NULL, 
	decided_by TEXT NOT NULL, 
	decided_at TEXT, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "held_rates" VALUES('ECB:EUR/USD:mid:2026-03-02:1',2,'ECB','EUR','USD','mid',1,'2026-03-02','10.850','2026-03-02T16:00:00.123456+00:00','[["moved","900.00 % from „1.0850“; 10.00 % are allowed"],["looks inverted",""]]','2026-03-02T16:00:00.123456+00:00','approved','ada','2026-03-02T16:00:00.123456+00:00','Robert''); DROP TABLE customers;--');
INSERT INTO "held_rates" VALUES('Robert''); DROP TABLE customers;--:JPY/CZK:bid:2026-03-02:2',1,'Robert''); DROP TABLE customers;--','JPY','CZK','bid',100,'2026-03-02','6.4',NULL,'[]','2026-03-02T16:00:00.123456+00:00','held','',NULL,'');
CREATE TABLE invoices (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	number TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	"order" TEXT, 
	currency TEXT NOT NULL, 
	lines TEXT NOT NULL, 
	issued_on TEXT NOT NULL, 
	due_on TEXT NOT NULL, 
	lock TEXT, 
	state TEXT NOT NULL, 
	extras TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "invoices" VALUES('I-1',2,'acme-de','R-2026-1','C-1','O-1','JPY','[{"amount":{"amount":"9223372036854775807","currency":"JPY"},"description":"Licence","quantity":"2.50","rates":[{"decision":"lock:EUR/USD:2026-03-02:1","priced":{"amount":"1.005","currency":"EUR"}},{"decision":"booking:EUR/USD:2026-03-02:1","priced":{"amount":"-0.000000000000000001","currency":"EUR"}}]},{"amount":{"amount":"-9223372036854775807","currency":"JPY"},"description":"Discount „10 %“","quantity":"-1","rates":[]},{"amount":{"amount":"0","currency":"JPY"},"description":"","quantity":"0.000000000000000000000000000001","rates":[]}]','2026-03-02','2026-04-01','L-1','partly paid','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
INSERT INTO "invoices" VALUES('I-2',1,'nordwind-us','R-2026-1','C-1',NULL,'JPY','[]','2026-03-02','2026-04-01',NULL,'issued','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
CREATE TABLE locks (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	owner TEXT NOT NULL, 
	locked TEXT NOT NULL, 
	spot TEXT NOT NULL, 
	covers INTEGER NOT NULL, 
	covers_currency TEXT NOT NULL, 
	locked_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	drawn INTEGER NOT NULL, 
	drawn_currency TEXT NOT NULL, 
	state TEXT NOT NULL, 
	fee INTEGER, 
	fee_currency TEXT, 
	broken_at TEXT, 
	last_seen_at TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(locked) REFERENCES decisions (id), 
	FOREIGN KEY(spot) REFERENCES decisions (id), 
	FOREIGN KEY(broken_at) REFERENCES decisions (id)
)
 STRICT

;
INSERT INTO "locks" VALUES('L-1',2,'Q-1','lock:EUR/USD:2026-03-02:1','booking:EUR/USD:2026-03-02:1',100000,'EUR','2026-03-02T16:00:00.123456+00:00','2026-04-02T07:59:59.999999+00:00','Asia/Tokyo',99999,'EUR','drawn',NULL,NULL,NULL,'2026-03-02T16:00:00.123457+00:00');
INSERT INTO "locks" VALUES('L-2',1,'Q-1','lock:EUR/USD:2026-03-02:1','booking:EUR/USD:2026-03-02:1',100000,'EUR','2026-03-02T16:00:00.123456+00:00','2026-04-02T07:59:59.999999+00:00','Asia/Tokyo',1,'EUR','drawn',NULL,NULL,NULL,'2026-03-02T16:00:00.123456+00:00');
INSERT INTO "locks" VALUES('L-3',1,'Q-2','lock:EUR/USD:2026-03-02:1','quote:JPY/USD:2026-03-02:1',100000,'EUR','2026-03-02T16:00:00.123456+00:00','2026-04-02T07:59:59.999999+00:00','Asia/Tokyo',0,'EUR','held',NULL,NULL,NULL,'2026-03-02T16:00:00.123456+00:00');
INSERT INTO "locks" VALUES('L-4',1,'Q-1','lock:EUR/USD:2026-03-02:1','booking:EUR/USD:2026-03-02:1',100000,'EUR','2026-03-02T16:00:00.123456+00:00','2026-04-02T07:59:59.999999+00:00','Asia/Tokyo',0,'EUR','offered',1234,'EUR',NULL,'2026-03-02T16:00:00.123456+00:00');
INSERT INTO "locks" VALUES('L-5',1,'Q-1','lock:EUR/USD:2026-03-02:1','booking:EUR/USD:2026-03-02:1',100000,'EUR','2026-03-02T16:00:00.123456+00:00','2026-04-02T07:59:59.999999+00:00','Asia/Tokyo',1,'EUR','broken',NULL,NULL,'booking:EUR/USD:2026-03-02:1','2026-03-05T16:00:00.123456+00:00');
CREATE TABLE numbers (
	company TEXT NOT NULL, 
	series TEXT NOT NULL, 
	last INTEGER NOT NULL, 
	PRIMARY KEY (company, series)
)
 STRICT

;
INSERT INTO "numbers" VALUES('acme-de','invoice',1);
CREATE TABLE open_items (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	account TEXT NOT NULL, 
	party TEXT NOT NULL, 
	reference TEXT NOT NULL, 
	arose_on TEXT NOT NULL, 
	due_on TEXT NOT NULL, 
	original INTEGER NOT NULL, 
	original_currency TEXT NOT NULL, 
	booked INTEGER NOT NULL, 
	booked_currency TEXT NOT NULL, 
	open INTEGER NOT NULL, 
	open_currency TEXT NOT NULL, 
	carrying INTEGER NOT NULL, 
	carrying_currency TEXT NOT NULL, 
	decision TEXT, 
	partner TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(decision) REFERENCES decisions (id)
)
 STRICT

;
INSERT INTO "open_items" VALUES('R-1',2,'acme-de','1200','C-1','invoice R-1','2026-03-02','2026-04-01',108500,'USD',100000,'EUR',0,'USD',0,'EUR','booking:EUR/USD:2026-03-02:1','nordwind-us');
INSERT INTO "open_items" VALUES('R-2',1,'acme-de','1200','C-1','invoice R-2','2026-03-02','2026-04-01',-9223372036854775807,'JPY',-1,'EUR',-9223372036854775807,'JPY',-1,'EUR','booking:EUR/USD:2026-03-02:1',NULL);
INSERT INTO "open_items" VALUES('R-3',1,'nordwind-us','1200','C-1','invoice R-2','2026-03-02','2026-04-01',-9223372036854775807,'JPY',-1,'EUR',-9223372036854775807,'JPY',-1,'EUR',NULL,NULL);
CREATE TABLE orders (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	number TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	quote TEXT, 
	currency TEXT NOT NULL, 
	lines TEXT NOT NULL, 
	confirmed_on TEXT NOT NULL, 
	lock TEXT, 
	shipped_on TEXT, 
	state TEXT NOT NULL, 
	extras TEXT NOT NULL, 
	billed TEXT, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "orders" VALUES('O-1',2,'acme-de','7','C-1','Q-1','BHD','[{"amount":{"amount":"9223372036854775.807","currency":"BHD"},"description":"Licence","quantity":"2.50","rates":[{"decision":"lock:EUR/USD:2026-03-02:1","priced":{"amount":"1.005","currency":"EUR"}},{"decision":"booking:EUR/USD:2026-03-02:1","priced":{"amount":"-0.000000000000000001","currency":"EUR"}}]},{"amount":{"amount":"-9223372036854775.807","currency":"BHD"},"description":"Discount „10 %“","quantity":"-1","rates":[]},{"amount":{"amount":"0.000","currency":"BHD"},"description":"","quantity":"0.000000000000000000000000000001","rates":[]}]','2026-03-02','L-1','2026-03-03','shipped','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}',NULL);
INSERT INTO "orders" VALUES('O-2',1,'nordwind-us','7','C-1',NULL,'BHD','[{"amount":{"amount":"9223372036854775.807","currency":"BHD"},"description":"Licence","quantity":"2.50","rates":[{"decision":"lock:EUR/USD:2026-03-02:1","priced":{"amount":"1.005","currency":"EUR"}},{"decision":"booking:EUR/USD:2026-03-02:1","priced":{"amount":"-0.000000000000000001","currency":"EUR"}}]},{"amount":{"amount":"-9223372036854775.807","currency":"BHD"},"description":"Discount „10 %“","quantity":"-1","rates":[]},{"amount":{"amount":"0.000","currency":"BHD"},"description":"","quantity":"0.000000000000000000000000000001","rates":[]}]','2026-03-02',NULL,NULL,'confirmed','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}',NULL);
INSERT INTO "orders" VALUES('O-3',1,'acme-de','7','C-1','Q-1','BHD','[{"amount":{"amount":"9223372036854775.807","currency":"BHD"},"description":"Licence","quantity":"2.50","rates":[{"decision":"lock:EUR/USD:2026-03-02:1","priced":{"amount":"1.005","currency":"EUR"}},{"decision":"booking:EUR/USD:2026-03-02:1","priced":{"amount":"-0.000000000000000001","currency":"EUR"}}]},{"amount":{"amount":"-9223372036854775.807","currency":"BHD"},"description":"Discount „10 %“","quantity":"-1","rates":[]},{"amount":{"amount":"0.000","currency":"BHD"},"description":"","quantity":"0.000000000000000000000000000001","rates":[]}]','2026-03-02','L-1',NULL,'partly invoiced','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}','["0.5","0","0.000000000000000000000000000001"]');
CREATE TABLE parked (
	consumer TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	subject TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	PRIMARY KEY (consumer, sequence)
)
 STRICT

;
CREATE TABLE payments (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	invoice TEXT NOT NULL, 
	settled INTEGER NOT NULL, 
	settled_currency TEXT NOT NULL, 
	received INTEGER NOT NULL, 
	received_currency TEXT NOT NULL, 
	fee INTEGER NOT NULL, 
	fee_currency TEXT NOT NULL, 
	method TEXT NOT NULL, 
	"on" TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "payments" VALUES('P-1',2,'acme-de','C-1','I-1',85000,'JPY',52147,'EUR',0,'EUR','transfer','2026-03-02');
INSERT INTO "payments" VALUES('P-2',1,'nordwind-us','C-1','I-1',85000,'JPY',52147,'EUR',-150,'EUR','card','2026-03-02');
CREATE TABLE postings (
	entry INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	"on" TEXT NOT NULL, 
	account TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	amount_currency TEXT NOT NULL, 
	functional INTEGER NOT NULL, 
	functional_currency TEXT NOT NULL, 
	decision TEXT, 
	item TEXT, 
	partner TEXT, 
	text TEXT NOT NULL, 
	PRIMARY KEY (entry, position), 
	FOREIGN KEY(entry) REFERENCES entries (sequence), 
	FOREIGN KEY(decision) REFERENCES decisions (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "postings" VALUES(1,1,'acme-de','2026-03-02','1200',108500,'USD',100000,'EUR','booking:EUR/USD:2026-03-02:1','R-1','nordwind-us','„debit“');
INSERT INTO "postings" VALUES(1,2,'acme-de','2026-03-02','4000',-108500,'USD',-100000,'EUR','booking:EUR/USD:2026-03-02:1',NULL,NULL,'');
CREATE TABLE quotes (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	company TEXT NOT NULL, 
	number TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	deal TEXT, 
	currency TEXT NOT NULL, 
	priced_in TEXT NOT NULL, 
	drafted_on TEXT NOT NULL, 
	valid_until TEXT NOT NULL, 
	lines TEXT NOT NULL, 
	rate TEXT, 
	lock TEXT, 
	state TEXT NOT NULL, 
	extras TEXT NOT NULL, 
	covered INTEGER, 
	covered_currency TEXT, 
	excess_rate TEXT, 
	last_seen_at TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(rate) REFERENCES decisions (id), 
	FOREIGN KEY(excess_rate) REFERENCES decisions (id)
)
 STRICT

;
INSERT INTO "quotes" VALUES('Q-1',2,'acme-de','2026-0001','C-1','D-1','USD','EUR','2026-03-02','2026-04-01','[{"description":"Licence","quantity":"2.50","unit_price":{"amount":"1.005","currency":"EUR"}}]','lock:EUR/USD:2026-03-02:1',NULL,'approved','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}',NULL,NULL,NULL,NULL);
INSERT INTO "quotes" VALUES('Q-2',1,'nordwind-us','2026-0001','C-1','D-1','EUR','EUR','2026-03-02','2026-04-01','[]',NULL,NULL,'draft','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}',NULL,NULL,NULL,NULL);
INSERT INTO "quotes" VALUES('Q-3',1,'acme-de','2026-0001','C-1',NULL,'USD','EUR','2026-03-02','2026-04-01','[{"description":"Licence","quantity":"2.50","unit_price":{"amount":"1.005","currency":"EUR"}},{"description":"Robert''); DROP TABLE customers;--","quantity":"3","unit_price":{"amount":"0.000000000000000001","currency":"EUR"}}]','booking:EUR/USD:2026-03-02:1','L-1','draft','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}',NULL,NULL,NULL,NULL);
INSERT INTO "quotes" VALUES('Q-4',1,'acme-de','2026-0001','C-1','D-1','USD','EUR','2026-03-02','2026-04-01','[{"description":"Licence","quantity":"2.50","unit_price":{"amount":"1.005","currency":"EUR"}},{"description":"Robert''); DROP TABLE customers;--","quantity":"3","unit_price":{"amount":"0.000000000000000001","currency":"EUR"}}]','booking:EUR/USD:2026-03-02:1','L-2','draft','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}',101,'EUR','quote:USD/EUR:2026-03-02:1','2026-04-11T16:00:00.123456+00:00');
CREATE TABLE rate_series (
	number INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	base TEXT NOT NULL, 
	counter TEXT NOT NULL, 
	side TEXT NOT NULL, 
	unit INTEGER NOT NULL, 
	PRIMARY KEY (number)
)
 STRICT

;
INSERT INTO "rate_series" VALUES(1,'kit','EUR','JPY','mid',1);
INSERT INTO "rate_series" VALUES(2,'kit','EUR','USD','mid',1);
INSERT INTO "rate_series" VALUES(3,'Robert''); DROP TABLE customers;--','JPY','CZK','ask',100);
INSERT INTO "rate_series" VALUES(4,'Robert''); DROP TABLE customers;--','JPY','CZK','bid',100);
CREATE TABLE snapshot_balances (
	company TEXT NOT NULL, 
	presentation_code TEXT NOT NULL, 
	as_of TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	partner TEXT, 
	functional INTEGER NOT NULL, 
	functional_currency TEXT NOT NULL, 
	presentation INTEGER NOT NULL, 
	presentation_currency TEXT NOT NULL, 
	PRIMARY KEY (company, presentation_code, as_of, position)
)
 STRICT

;
INSERT INTO "snapshot_balances" VALUES('nordwind-us','EUR','2026-03-02',1,'1200',NULL,108500,'USD',100000,'EUR');
INSERT INTO "snapshot_balances" VALUES('nordwind-us','EUR','2026-03-02',2,'1200','acme-de',-108500,'USD',-100,'EUR');
CREATE TABLE snapshots (
	company TEXT NOT NULL, 
	presentation TEXT NOT NULL, 
	as_of TEXT NOT NULL, 
	closing TEXT, 
	reserve INTEGER NOT NULL, 
	reserve_currency TEXT NOT NULL, 
	rounding INTEGER NOT NULL, 
	rounding_currency TEXT NOT NULL, 
	rounded INTEGER NOT NULL, 
	PRIMARY KEY (company, presentation, as_of), 
	FOREIGN KEY(closing) REFERENCES decisions (id)
)
 STRICT

;
INSERT INTO "snapshots" VALUES('nordwind-us','EUR','2026-03-02','booking:EUR/USD:2026-03-02:1',-99899,'EUR',1,'EUR',7);
CREATE TABLE trail (
	id INTEGER NOT NULL, 
	count INTEGER NOT NULL, 
	hash TEXT NOT NULL, 
	events INTEGER NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "trail" VALUES(1,2,'2e633852f38b1e81d4423fb7e56beec548fa478f3f41e0fa3bb18f6deff4bf4b',14);
CREATE INDEX customers_of_company ON customers (company, id);
CREATE INDEX enquiries_of_company ON enquiries (company, id);
CREATE INDEX enquiries_of_customer ON enquiries (customer, id);
CREATE INDEX deals_of_company ON deals (company, id);
CREATE INDEX deals_of_customer ON deals (customer, id);
CREATE INDEX held_rates_by_state ON held_rates (state, id);
CREATE INDEX orders_of_customer ON orders (customer, id);
CREATE INDEX orders_of_company ON orders (company, id);
CREATE INDEX invoices_of_company ON invoices (company, id);
CREATE INDEX invoices_of_customer ON invoices (customer, id);
CREATE INDEX payments_of_customer ON payments (customer, id);
CREATE INDEX payments_of_company ON payments (company, id);
CREATE INDEX cases_of_customer ON cases (customer, id);
CREATE INDEX cases_of_company ON cases (company, id);
CREATE INDEX entries_of_company ON entries (company, sequence);
CREATE UNIQUE INDEX rate_series_of_source ON rate_series (source, base, counter, side, unit);
CREATE INDEX custom_fields_by_value ON custom_fields (kind, field, value, id);
CREATE INDEX quotes_of_customer ON quotes (customer, id);
CREATE INDEX quotes_of_company ON quotes (company, id);
CREATE INDEX locks_of_quote ON locks (owner);
CREATE INDEX open_items_of_company ON open_items (company, id);
CREATE INDEX postings_of_item ON postings (item, "on", entry, position);
CREATE INDEX postings_by_account ON postings (company, account, amount_currency, functional_currency, "on", amount, functional);
CREATE INDEX postings_by_day ON postings (company, "on", entry, position);
COMMIT;

PRAGMA application_id = 1719165810;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
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
INSERT INTO "customers" VALUES('C-1',3,'acme-de','Contoso','JP','USD','["USD","JPY","BHD"]','2026-03-02','ja_JP','{"check":{"check":false}}');
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
INSERT INTO "event_log" VALUES(1,'2026-03-02T16:00:00.123456+00:00','kit','','customer registered','C-1','2026-03-02','{"currency":"USD"}');
INSERT INTO "event_log" VALUES(2,'2026-03-02T16:00:00.123456+00:00','kit','k','period closed','acme-de','2026-03-02','{}');
INSERT INTO "event_log" VALUES(3,'2026-03-02T16:00:00.123456+00:00','kit','k','customer registered','C-1','2026-03-02','{"currency":"USD"}');
INSERT INTO "event_log" VALUES(4,'2026-03-02T16:00:00.123456+00:00','kit','k','enquiry closed','E-1','2026-03-02','{"reason":"no answer"}');
INSERT INTO "event_log" VALUES(5,'2026-03-02T16:00:00.123456+00:00','kit','k','deal quoted','D-1','2026-03-02','{}');
INSERT INTO "event_log" VALUES(6,'2026-03-02T16:00:00.123456+00:00','kit','k','rate lock drawn','L-1','2026-03-02','{}');
INSERT INTO "event_log" VALUES(7,'2026-03-02T16:00:00.123456+00:00','kit','k','order shipped','O-1','2026-03-03','{}');
INSERT INTO "event_log" VALUES(8,'2026-03-02T16:00:00.123456+00:00','kit','k','invoice partly paid','I-1','2026-03-02','{}');
INSERT INTO "event_log" VALUES(9,'2026-03-02T16:00:00.123456+00:00','kit','k','case resolved','S-1','2026-03-02','{}');
INSERT INTO "event_log" VALUES(10,'2026-03-02T16:00:00.123456+00:00','kit','k','kit touched it','x','2026-03-02','{"by":"Robert''); DROP TABLE customers;--","ключ":"🙂"}');
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
INSERT INTO "invoices" VALUES('I-1',2,'acme-de','R-2026-1','C-1','O-1','JPY','[{"amount":{"amount":"9223372036854775807","currency":"JPY"},"description":"Licence","quantity":"2.50"},{"amount":{"amount":"-9223372036854775807","currency":"JPY"},"description":"Discount „10 %“","quantity":"-1"},{"amount":{"amount":"0","currency":"JPY"},"description":"","quantity":"0.000000000000000000000000000001"}]','2026-03-02','2026-04-01','L-1','partly paid','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
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
	PRIMARY KEY (id), 
	FOREIGN KEY(locked) REFERENCES decisions (id), 
	FOREIGN KEY(spot) REFERENCES decisions (id)
)
 STRICT

;
INSERT INTO "locks" VALUES('L-1',2,'Q-1','lock:EUR/USD:2026-03-02:1','booking:EUR/USD:2026-03-02:1',100000,'EUR','2026-03-02T16:00:00.123456+00:00','2026-04-02T07:59:59.999999+00:00','Asia/Tokyo',99999,'EUR','drawn');
INSERT INTO "locks" VALUES('L-2',1,'Q-1','lock:EUR/USD:2026-03-02:1','booking:EUR/USD:2026-03-02:1',100000,'EUR','2026-03-02T16:00:00.123456+00:00','2026-04-02T07:59:59.999999+00:00','Asia/Tokyo',1,'EUR','drawn');
INSERT INTO "locks" VALUES('L-3',1,'Q-2','lock:EUR/USD:2026-03-02:1','quote:JPY/USD:2026-03-02:1',100000,'EUR','2026-03-02T16:00:00.123456+00:00','2026-04-02T07:59:59.999999+00:00','Asia/Tokyo',0,'EUR','held');
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
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "orders" VALUES('O-1',2,'acme-de','7','C-1','Q-1','BHD','[{"amount":{"amount":"9223372036854775.807","currency":"BHD"},"description":"Licence","quantity":"2.50"},{"amount":{"amount":"-9223372036854775.807","currency":"BHD"},"description":"Discount „10 %“","quantity":"-1"},{"amount":{"amount":"0.000","currency":"BHD"},"description":"","quantity":"0.000000000000000000000000000001"}]','2026-03-02','L-1','2026-03-03','shipped','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
INSERT INTO "orders" VALUES('O-2',1,'nordwind-us','7','C-1',NULL,'BHD','[{"amount":{"amount":"9223372036854775.807","currency":"BHD"},"description":"Licence","quantity":"2.50"},{"amount":{"amount":"-9223372036854775.807","currency":"BHD"},"description":"Discount „10 %“","quantity":"-1"},{"amount":{"amount":"0.000","currency":"BHD"},"description":"","quantity":"0.000000000000000000000000000001"}]','2026-03-02',NULL,NULL,'confirmed','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
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
	PRIMARY KEY (id), 
	FOREIGN KEY(rate) REFERENCES decisions (id)
)
 STRICT

;
INSERT INTO "quotes" VALUES('Q-1',2,'acme-de','2026-0001','C-1','D-1','USD','EUR','2026-03-02','2026-04-01','[{"description":"Licence","quantity":"2.50","unit_price":{"amount":"1.005","currency":"EUR"}}]','lock:EUR/USD:2026-03-02:1',NULL,'approved','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
INSERT INTO "quotes" VALUES('Q-2',1,'nordwind-us','2026-0001','C-1','D-1','EUR','EUR','2026-03-02','2026-04-01','[]',NULL,NULL,'draft','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
INSERT INTO "quotes" VALUES('Q-3',1,'acme-de','2026-0001','C-1',NULL,'USD','EUR','2026-03-02','2026-04-01','[{"description":"Licence","quantity":"2.50","unit_price":{"amount":"1.005","currency":"EUR"}},{"description":"Robert''); DROP TABLE customers;--","quantity":"3","unit_price":{"amount":"0.000000000000000001","currency":"EUR"}}]','booking:EUR/USD:2026-03-02:1','L-1','draft','{"check":{"check":true},"day":{"date":"2026-03-02"},"decimal":{"decimal":"0.100"},"money":{"money":{"amount":"1.005","currency":"EUR"}},"number":{"number":"-1000000000000000000000000000000"},"text":{"text":"Robert''); DROP TABLE customers;--"}}');
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
CREATE INDEX customers_of_company ON customers (company, id);
CREATE INDEX enquiries_of_company ON enquiries (company, id);
CREATE INDEX deals_of_company ON deals (company, id);
CREATE INDEX orders_of_company ON orders (company, id);
CREATE INDEX invoices_of_company ON invoices (company, id);
CREATE INDEX payments_of_company ON payments (company, id);
CREATE INDEX cases_of_company ON cases (company, id);
CREATE INDEX entries_of_company ON entries (company, sequence);
CREATE INDEX quotes_of_company ON quotes (company, id);
CREATE INDEX locks_of_quote ON locks (owner);
CREATE INDEX open_items_of_company ON open_items (company, id);
CREATE INDEX postings_by_day ON postings (company, "on", entry, position);
CREATE INDEX postings_of_item ON postings (item, "on", entry, position);
CREATE INDEX postings_by_account ON postings (company, account, amount_currency, functional_currency, "on", amount, functional);
COMMIT;

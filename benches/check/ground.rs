//! The tree that is checked: in comes a size, out comes a folder that looks like a grown Salesforce DX project, the
//! same bytes on every machine. Half of its bytes are data. All people, hosts and keys are invented.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

/// What has been written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Written {
    pub files: usize,
    pub bytes: u64,
}

/// A tree of one large table.
pub struct Large {
    pub name: &'static str,
    pub file: &'static str,
    pub megabytes: u64,
}

/// Tables that are larger than what is read at once. The last record alone holds an address that is a finding.
pub const LARGE: &[Large] = &[
    Large { name: "40 MB of JSON in one line", file: "data/contacts.json", megabytes: 40 },
    Large { name: "200 MB of CSV", file: "data/contacts.csv", megabytes: 200 },
    Large { name: "100 MB of SQL in one INSERT", file: "data/contacts.sql", megabytes: 100 },
];

/// The kinds of file of one module: how many of 14,000, and what one looks like.
pub type Maker = fn(&mut Dice, usize) -> (String, String);

const KINDS: &[(usize, Maker)] = &[
    (5200, field),
    (1300, class_meta),
    (900, layout),
    (700, permission_set),
    (700, custom_metadata),
    (500, flow),
    (180, validation_rule),
    (20, named_credential),
    (1300, class),
    (700, component_script),
    (700, component_markup),
    (500, json_config),
    (300, yaml_config),
    (500, translation),
    (300, page),
    (110, csv),
    (30, sql),
    (60, json_data),
];

/// Writes the tree in so many copies, each a module of its own with other values.
pub fn write(root: &Path, scale: usize) -> io::Result<Written> {
    let mut written = Written::default();
    for module in 0..scale {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (module as u64 + 1));
        for (count, make) in KINDS.iter().chain(super::sources::KINDS) {
            for i in 0..*count {
                let (path, text) = make(&mut dice, i);
                put(&root.join(format!("module-{module}")).join(path), &text, &mut written)?;
            }
        }
    }
    put(&root.join("synthgate.yaml"), super::sources::CONFIGURATION, &mut written)?;
    put(
        &root.join("sfdx-project.json"),
        "{\"packageDirectories\":[{\"path\":\"module-0\",\"default\":true}]}\n",
        &mut written,
    )?;
    Ok(written)
}

/// Writes one large table.
pub fn write_large(root: &Path, large: &Large) -> io::Result<Written> {
    let path = root.join(large.file);
    fs::create_dir_all(path.parent().unwrap_or(root))?;
    let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(&path)?);
    let mut dice = Dice(7);
    let mut bytes = 0;
    let (open, between, close) = match large.file.rsplit('.').next() {
        Some("json") => ("{\"records\":[", ",", "]}"),
        Some("sql") => (
            "INSERT INTO `contacts` (`id`,`first`,`last`,`email`,`phone`,`street`,`city`,`amount`) VALUES ",
            ",",
            ";\n",
        ),
        _ => {
            ("Id,FirstName,LastName,Email,Phone,MailingStreet,MailingCity,Amount,Active,Birthdate,Note,Code\n", "", "")
        }
    };
    out.write_all(open.as_bytes())?;
    for i in 0.. {
        let last = bytes >= large.megabytes * 1_000_000;
        let mut person = Person::new(&mut dice, i);
        if last {
            person.email = concat!("jane.doe@", "gmail", ".com").to_owned();
        }
        let row = match large.file.rsplit('.').next() {
            Some("json") => person.json(),
            Some("sql") => person.sql(),
            _ => person.csv(),
        };
        out.write_all(if i > 0 { between.as_bytes() } else { b"" })?;
        out.write_all(row.as_bytes())?;
        bytes += row.len() as u64;
        if last {
            break;
        }
    }
    out.write_all(close.as_bytes())?;
    out.flush()?;
    Ok(Written { files: 1, bytes: fs::metadata(&path)?.len() })
}

fn put(path: &Path, text: &str, written: &mut Written) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    written.files += 1;
    written.bytes += text.len() as u64;
    Ok(())
}

/// Numbers that look random and are the same every time (xorshift64*).
pub struct Dice(u64);

impl Dice {
    /// A number below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % most
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.pick(WORDS)).collect::<Vec<_>>().join(" ")
    }
}

const OBJECTS: &[&str] =
    &["Account", "Contact", "Order", "Case", "Lead", "Asset__c", "Loyalty__c", "Return__c", "Quote"];
const FIRST: &[&str] = &["Ada", "Ben", "Cleo", "Dana", "Emil", "Fay", "Gus", "Hana", "Ivo", "June", "Kai", "Lena"];
const LAST: &[&str] = &["Example", "Sample", "Testman", "Muster", "Placeholder", "Demo", "Fixture", "Mock"];
const CITIES: &[&str] = &["Springfield", "Riverton", "Lakeside", "Hillview", "Fairmont", "Brookfield"];
const WORDS: &[&str] = &[
    "the", "customer", "order", "is", "shipped", "when", "stock", "arrives", "and", "invoice", "sent", "to", "account",
    "owner", "after", "review", "of", "discount", "rate", "a", "return", "needs", "approval", "by", "service", "team",
];
const TYPES: &[&str] = &["Text", "Number", "Checkbox", "Date", "Picklist", "Lookup", "Currency", "LongTextArea"];

struct Person {
    i: usize,
    first: &'static str,
    last: &'static str,
    email: String,
    phone: String,
    street: String,
    city: &'static str,
    amount: usize,
    note: String,
}

impl Person {
    fn new(dice: &mut Dice, i: usize) -> Self {
        let (first, last) = (dice.pick(FIRST), dice.pick(LAST));
        Self {
            i,
            first,
            last,
            email: format!(
                "{}.{}{i}@example.{}",
                first.to_lowercase(),
                last.to_lowercase(),
                dice.pick(&["com", "org", "net"])
            ),
            phone: format!("+1 {} 555 01{:02}", dice.pick(&["415", "212", "303"]), dice.below(100)),
            street: format!("{} {} Street", dice.below(900) + 1, dice.pick(&["Oak", "Elm", "Birch", "Main"])),
            city: dice.pick(CITIES),
            amount: dice.below(100_000),
            note: dice.words(6),
        }
    }

    fn csv(&self) -> String {
        let Self { i, first, last, email, phone, street, city, amount, note } = self;
        format!(
            "C-{i:07},{first},{last},{email},{phone},{street},{city},{amount}.50,true,1980-0{}-1{},\"{note}\",K{}\n",
            i % 9 + 1,
            i % 10,
            i % 97
        )
    }

    fn sql(&self) -> String {
        let Self { i, first, last, email, phone, street, city, amount, .. } = self;
        format!("({i},'{first}','{last}','{email}','{phone}','{street}','{city}',{amount}.50)")
    }

    fn json(&self) -> String {
        let Self { i, first, last, email, phone, street, city, amount, note } = self;
        format!(
            "{{\"attributes\":{{\"type\":\"Contact\",\"referenceId\":\"ContactRef{i}\"}},\"FirstName\":\"{first}\",\"LastName\":\"{last}\",\
             \"Email\":\"{email}\",\"Phone\":\"{phone}\",\"MailingStreet\":\"{street}\",\"MailingCity\":\"{city}\",\"Amount__c\":{amount}.5,\
             \"Description\":\"{note}\",\"HasOptedOutOfEmail\":false}}"
        )
    }
}

fn xml(root: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n{body}</{root}>\n"
    )
}

fn field(dice: &mut Dice, i: usize) -> (String, String) {
    let mut body = format!(
        "    <fullName>Field_{i}__c</fullName>\n    <description>{}</description>\n    <externalId>false</externalId>\n    <label>{}</label>\n    <type>{}</type>\n",
        dice.words(12),
        dice.words(2),
        dice.pick(TYPES)
    );
    for value in 0..dice.below(8) {
        let _ = writeln!(
            body,
            "    <valueSet><value><fullName>Value {value}</fullName><default>false</default><label>{}</label></value></valueSet>",
            dice.words(2)
        );
    }
    (
        format!("force-app/main/objects/{}/fields/Field_{i}__c.field-meta.xml", dice.pick(OBJECTS)),
        xml("CustomField", &body),
    )
}

fn class_meta(_: &mut Dice, i: usize) -> (String, String) {
    let body = "    <apiVersion>61.0</apiVersion>\n    <status>Active</status>\n";
    (format!("force-app/main/classes/Service{i}.cls-meta.xml"), xml("ApexClass", body))
}

fn layout(dice: &mut Dice, i: usize) -> (String, String) {
    let mut body = String::new();
    for _ in 0..dice.below(70) + 20 {
        let _ = write!(
            body,
            "    <layoutItems>\n        <behavior>Edit</behavior>\n        <field>Field_{}__c</field>\n    </layoutItems>\n",
            dice.below(5200)
        );
    }
    (format!("force-app/main/layouts/{}-Layout {i}.layout-meta.xml", dice.pick(OBJECTS)), xml("Layout", &body))
}

fn permission_set(dice: &mut Dice, i: usize) -> (String, String) {
    let mut body = format!("    <label>Set {i}</label>\n");
    for _ in 0..dice.below(160) + 40 {
        let _ = write!(
            body,
            "    <fieldPermissions>\n        <editable>{}</editable>\n        <field>{}.Field_{}__c</field>\n        <readable>true</readable>\n    </fieldPermissions>\n",
            dice.below(2) == 0,
            dice.pick(OBJECTS),
            dice.below(5200)
        );
    }
    (format!("force-app/main/permissionsets/Set_{i}.permissionset-meta.xml"), xml("PermissionSet", &body))
}

fn custom_metadata(dice: &mut Dice, i: usize) -> (String, String) {
    let body = format!(
        "    <label>Mapping {i}</label>\n    <values>\n        <field>Source__c</field>\n        <value xsi:type=\"xsd:string\">{}</value>\n    </values>\n",
        dice.words(4)
    );
    let root = "CustomMetadata xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"";
    let text = xml(root, &body).replace(&format!("</{root}>"), "</CustomMetadata>");
    (format!("force-app/main/customMetadata/Mapping.M{i}.md-meta.xml"), text)
}

fn flow(dice: &mut Dice, i: usize) -> (String, String) {
    let mut body = String::from("    <apiVersion>61.0</apiVersion>\n");
    for step in 0..dice.below(110) + 20 {
        let _ = write!(
            body,
            "    <assignments>\n        <name>Step_{step}</name>\n        <label>{}</label>\n        <locationX>{}</locationX>\n        <connector><targetReference>Step_{}</targetReference></connector>\n    </assignments>\n",
            dice.words(3),
            dice.below(900),
            step + 1
        );
    }
    (format!("force-app/main/flows/Flow_{i}.flow-meta.xml"), xml("Flow", &body))
}

fn validation_rule(dice: &mut Dice, i: usize) -> (String, String) {
    let body = format!(
        "    <fullName>Rule_{i}</fullName>\n    <active>true</active>\n    <errorConditionFormula>ISBLANK(Field_{}__c)</errorConditionFormula>\n    <errorMessage>{}</errorMessage>\n",
        dice.below(5200),
        dice.words(9)
    );
    (
        format!("force-app/main/objects/{}/validationRules/Rule_{i}.validationRule-meta.xml", dice.pick(OBJECTS)),
        xml("ValidationRule", &body),
    )
}

fn named_credential(_: &mut Dice, i: usize) -> (String, String) {
    let body = format!(
        "    <label>Shop {i}</label>\n    <endpoint>https://shop-{i}.example.com/api</endpoint>\n    <principalType>NamedUser</principalType>\n    <protocol>Oauth</protocol>\n"
    );
    (format!("force-app/main/namedCredentials/Shop_{i}.namedCredential-meta.xml"), xml("NamedCredential", &body))
}

fn class(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = format!("/** {} */\npublic with sharing class Service{i} {{\n", dice.words(10));
    for method in 0..dice.below(30) + 10 {
        let _ = write!(
            text,
            "    // {}\n    public static Integer run{method}(List<{}> records) {{\n        Integer total = 0;\n        for (SObject r : records) {{\n            if (r.get('Field_{}__c') != null) {{ total += {}; }}\n        }}\n        System.debug('{}');\n        return total;\n    }}\n",
            dice.words(8),
            dice.pick(OBJECTS),
            dice.below(5200),
            dice.below(9),
            dice.words(5)
        );
    }
    if i.is_multiple_of(20) {
        text.push_str("    public static HttpRequest request() { HttpRequest r = new HttpRequest(); r.setEndpoint('callout:Shop_1/orders'); return r; }\n");
    }
    text.push_str("}\n");
    (format!("force-app/main/classes/Service{i}.cls"), text)
}

fn component_script(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = format!(
        "import {{ LightningElement, api }} from 'lwc';\n\nexport default class Card{i} extends LightningElement {{\n"
    );
    for getter in 0..dice.below(15) + 3 {
        let _ = write!(
            text,
            "    /* {} */\n    @api get value{getter}() {{ return this.data.{} ?? '{}'; }}\n",
            dice.words(6),
            dice.pick(WORDS),
            dice.words(2)
        );
    }
    text.push_str("}\n");
    (format!("force-app/main/lwc/card{i}/card{i}.js"), text)
}

fn component_markup(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = String::from("<template>\n");
    for _ in 0..dice.below(25) + 5 {
        let _ = writeln!(
            text,
            "    <div class=\"slds-p-around_small\"><p title=\"{}\">{}</p></div>",
            dice.words(2),
            dice.words(7)
        );
    }
    text.push_str("</template>\n");
    (format!("force-app/main/lwc/card{i}/card{i}.html"), text)
}

fn json_config(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = format!(
        "{{\n  \"name\": \"job-{i}\",\n  \"enabled\": true,\n  \"source\": \"https://erp.example.com/v1/{}\",\n  \"mapping\": {{\n",
        dice.pick(WORDS)
    );
    let last = dice.below(40) + 5;
    for key in 0..last {
        let _ =
            writeln!(text, "    \"Field_{key}__c\": \"{}\"{}", dice.words(2), if key + 1 < last { "," } else { "" });
    }
    text.push_str("  }\n}\n");
    (format!("config/jobs/job-{i}.json"), text)
}

fn yaml_config(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = format!(
        "# {}\nname: pipeline-{i}\nschedule: \"0 3 * * *\"\ntarget:\n  url: https://warehouse.example.org/load\n  token: ${{LOAD_TOKEN_{i}}}\nsteps:\n",
        dice.words(6)
    );
    for step in 0..dice.below(30) + 5 {
        let _ = write!(text, "  - name: step-{step}\n    run: {}\n    retries: {}\n", dice.words(4), dice.below(5));
    }
    (format!("config/pipelines/pipeline-{i}.yaml"), text)
}

fn translation(dice: &mut Dice, i: usize) -> (String, String) {
    let mut body = String::new();
    for label in 0..dice.below(50) + 10 {
        let _ = write!(
            body,
            "    <customLabels>\n        <label>{}</label>\n        <name>Label_{label}</name>\n    </customLabels>\n",
            dice.words(5)
        );
    }
    (format!("force-app/main/translations/part-{i}.translation-meta.xml"), xml("Translations", &body))
}

fn page(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = format!("# {}\n\n", dice.words(4));
    for _ in 0..dice.below(12) + 3 {
        let _ = write!(text, "{}.\n\n", dice.words(40));
    }
    (format!("docs/page-{i}.md"), text)
}

fn csv(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text =
        String::from("Id,FirstName,LastName,Email,Phone,MailingStreet,MailingCity,Amount,Active,Birthdate,Note,Code\n");
    for row in 0..1500 {
        text.push_str(&Person::new(dice, i * 10_000 + row).csv());
    }
    (format!("data/csv/contacts-{i}.csv"), text)
}

fn sql(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = String::from(
        "-- invented by the generator of this benchmark\nCREATE TABLE `contacts` (`id` int, `first` varchar(40), `last` varchar(40), `email` varchar(80), `phone` varchar(40), `street` varchar(80), `city` varchar(40), `amount` decimal(10,2));\n",
    );
    for statement in 0..30 {
        text.push_str("INSERT INTO `contacts` VALUES ");
        for row in 0..100 {
            text.push_str(if row > 0 { "," } else { "" });
            text.push_str(&Person::new(dice, i * 10_000 + statement * 100 + row).sql());
        }
        text.push_str(";\n");
    }
    (format!("data/sql/seed-{i}.sql"), text)
}

fn json_data(dice: &mut Dice, i: usize) -> (String, String) {
    let records: Vec<String> = (0..700).map(|row| Person::new(dice, i * 10_000 + row).json()).collect();
    (format!("data/tree/Contact-{i}.json"), format!("{{\"records\":[{}]}}\n", records.join(",\n")))
}

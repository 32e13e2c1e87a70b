//! Whether a table is about people as customers are: in come its columns and what it is about, out come the families
//! that count.

use crate::fact::table::{Family, TableFact, Topic};
use crate::link::subject::dataset::{ColumnOf, ColumnRef, PeopleOf};

/// The personal families of a table. What is weak by its name alone (`name`, `city`) counts where the table is about
/// people, or beside something that is not weak.
pub fn of(table: &TableFact, columns: &[ColumnOf]) -> PeopleOf {
    let personal = || table.columns.iter().zip(columns).filter(|(c, _)| c.family.is_some_and(Family::is_personal));
    let strong = personal().any(|(c, _)| !c.weak);
    let counts_weak = table.topic == Topic::People || strong;
    let mut families: Vec<Family> = Vec::new();
    let mut firsts = Vec::new();
    for (column, shown) in personal().filter(|(c, _)| !c.weak || counts_weak) {
        let Some(family) = column.family else { continue };
        if !families.contains(&family) {
            families.push(family);
            firsts.push(ColumnRef { id: shown.id, name: shown.name.clone() });
        }
    }
    let exempt = matches!(table.topic, Topic::Organisations | Topic::Products | Topic::Places | Topic::Attribution);
    PeopleOf { why: in_words(&families), families, columns: firsts, exempt }
}

/// "e-mail, name and birth date"
fn in_words(families: &[Family]) -> String {
    let words: Vec<&str> = families.iter().map(|f| f.as_str()).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => String::new(),
    }
}

//! Filters that are put together while the program runs.

use std::fmt::Write;

use crate::value::{Param, ToParam};

/// A statement built from fixed pieces of SQL and bound values; a value never becomes SQL text.
///
/// ```
/// # use usher_db::DynQuery;
/// let (state, search) = (Some("waiting"), None::<&str>);
/// let mut query = DynQuery::new("SELECT id FROM tickets WHERE queue_id = ");
/// query.bind(&7i64);
/// if let Some(state) = state {
///     query.push_sql(" AND state = ").bind(state);
/// }
/// query.order("issued_at DESC, id DESC").limit(51);
/// assert_eq!(query.text(), "SELECT id FROM tickets WHERE queue_id = $1 AND state = $2 ORDER BY issued_at DESC, id DESC LIMIT $3");
/// ```
#[derive(Clone, Debug)]
pub struct DynQuery {
    text: String,
    values: Vec<Param<'static>>,
    across: bool,
}

impl DynQuery {
    /// Starts with a piece of SQL.
    pub fn new(sql: &'static str) -> Self {
        Self { text: sql.to_owned(), values: Vec::new(), across: false }
    }

    /// Allows it to reach rows of every tenant: see [`Stmt::across`](crate::Stmt::across). The reason is for
    /// whoever reads the code.
    pub fn across(&mut self, _reason: &'static str) -> &mut Self {
        self.across = true;
        self
    }

    /// Appends a piece of SQL.
    pub fn push_sql(&mut self, sql: &'static str) -> &mut Self {
        self.text.push_str(sql);
        self
    }

    /// Appends a value as the next parameter.
    pub fn bind<T: ToParam + ?Sized>(&mut self, value: &T) -> &mut Self {
        self.values.push(value.to_param().into_owned());
        // Writing to a String cannot fail.
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Appends a condition and its value where there is one; without, the query stays as it is.
    pub fn and<T: ToParam>(&mut self, condition: &'static str, value: &Option<T>) -> &mut Self {
        match value {
            Some(value) => self.push_sql(condition).bind(value),
            None => self,
        }
    }

    /// Appends values in parentheses, for `IN`; without any value it is `(NULL)`, which nothing equals.
    pub fn bind_list<T: ToParam>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        let first = self.values.len();
        self.text.push('(');
        for value in values {
            if self.values.len() > first {
                self.text.push_str(", ");
            }
            self.bind(&value);
        }
        if self.values.len() == first {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    /// Appends the condition that a piece of text stands in one of some columns of text, in whatever case, or that
    /// `digits` stand in one of some columns of numbers; nothing of the piece means more than itself.
    ///
    /// Databases differ in which letters they know a small one of: SQLite, and PostgreSQL without a language, know
    /// those of English alone. So the piece is looked for with its words begun by a capital, too, as names are written.
    ///
    /// ```
    /// # use usher_db::DynQuery;
    /// let mut query = DynQuery::new("SELECT id FROM people WHERE tenant_id = ");
    /// query.bind(&7i64).piece_in(&["name"], "Ana_", &[], None);
    /// assert!(query.text().ends_with(" AND (lower(name) LIKE $2 ESCAPE '\\')"));
    /// ```
    pub fn piece_in(
        &mut self,
        columns: &[&'static str],
        piece: &str,
        numbers: &[&'static str],
        digits: Option<&str>,
    ) -> &mut Self {
        let anywhere = |text: &str| {
            let plain = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            format!("%{plain}%")
        };
        let small = piece.to_lowercase();
        let mut ways = vec![anywhere(&small), anywhere(&with_capitals(&small).to_ascii_lowercase())];
        ways.dedup();
        let mut between = " AND (";
        for column in columns.iter().copied() {
            for way in &ways {
                self.push_sql(between).push_sql("lower(").push_sql(column).push_sql(") LIKE ");
                self.bind(way).push_sql(" ESCAPE '\\'");
                between = " OR ";
            }
        }
        if let Some(digits) = digits {
            for column in numbers.iter().copied() {
                self.push_sql(between).push_sql(column).push_sql(" LIKE ");
                self.bind(&anywhere(digits)).push_sql(" ESCAPE '\\'");
                between = " OR ";
            }
        }
        if between == " OR " { self.push_sql(")") } else { self }
    }

    /// Appends ` ORDER BY` and the given order.
    pub fn order(&mut self, order: &'static str) -> &mut Self {
        self.push_sql(" ORDER BY ").push_sql(order)
    }

    /// Appends ` LIMIT` with the limit as a parameter.
    pub fn limit(&mut self, limit: u32) -> &mut Self {
        self.push_sql(" LIMIT ").bind(&limit)
    }

    /// The SQL so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it may reach rows of every tenant.
    pub fn reaches_across(&self) -> bool {
        self.across
    }

    pub(crate) fn values(&self) -> &[Param<'static>] {
        &self.values
    }
}

/// A text whose words begin with capitals.
fn with_capitals(text: &str) -> String {
    let mut begins = true;
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if begins {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
        begins = !letter.is_alphanumeric();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_looked_for_small_and_as_names_are_written() {
        let mut query = DynQuery::new("SELECT 1 FROM t WHERE a = 1");
        query.piece_in(&["name"], "ÖMER %é", &["phone"], Some("301"));
        assert_eq!(
            query.text(),
            "SELECT 1 FROM t WHERE a = 1 AND (lower(name) LIKE $1 ESCAPE '\\' OR lower(name) LIKE $2 ESCAPE '\\' \
             OR phone LIKE $3 ESCAPE '\\')"
        );
        let texts: Vec<String> = query.values().iter().map(|value| format!("{value:?}")).collect();
        assert!(texts[0].contains("ömer \\\\%é") && texts[1].contains("Ömer \\\\%É"), "{texts:?}");
        let mut nothing = DynQuery::new("SELECT 1");
        nothing.piece_in(&[], "x", &["phone"], None);
        assert_eq!(nothing.text(), "SELECT 1");
    }
}

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

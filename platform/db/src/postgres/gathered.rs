//! Rows that no operation reads before the commit: those of all operations of a transaction travel together.
//!
//! A statement of its own for each row costs the server as much again as the row does.

use std::fmt::Write;

use crate::stmt::Stmt;
use crate::value::Param;

/// The most rows of one statement.
const MOST: usize = 16;

/// The rows for one `INSERT … VALUES ($1, …, $n)`.
pub(super) struct Gathered {
    pub(super) stmt: Stmt,
    /// How many values a row has.
    width: usize,
    values: Vec<Param<'static>>,
}

impl Gathered {
    pub(super) fn new(stmt: Stmt, width: usize) -> Self {
        Self { stmt, width, values: Vec::new() }
    }

    pub(super) fn add<'p>(&mut self, row: impl Iterator<Item = Param<'p>>) {
        self.values.extend(row.map(Param::into_owned));
    }

    /// Whether a statement reads or writes the table that the rows are for.
    pub(super) fn concerns(&self, text: &str) -> bool {
        let table = self.stmt.text().strip_prefix("INSERT INTO ").and_then(|rest| rest.split(' ').next());
        table.is_none_or(|table| text.contains(table))
    }

    /// The rows in portions, each with how many it has: powers of two, so that few different statements are prepared.
    pub(super) fn portions(self) -> impl Iterator<Item = (usize, Vec<Param<'static>>)> {
        let (width, mut values) = (self.width, self.values.into_iter());
        std::iter::from_fn(move || {
            let rows = (values.len() / width).min(MOST);
            let rows = 1 << rows.checked_ilog2()?;
            Some((rows, values.by_ref().take(rows * width).collect()))
        })
    }
}

/// The statement for so many rows of `width` values; none where its values are not just those of one row.
pub(super) fn for_rows(text: &str, width: usize, rows: usize) -> Option<String> {
    let (head, values) = text.split_once(" VALUES ")?;
    let mut out = format!("{head} VALUES ");
    for row in 0..rows {
        let start = out.len();
        for column in 1..=width {
            let before = if column > 1 { ", " } else { "(" };
            // Writing to a String cannot fail.
            let _ = write!(out, "{before}${}", row * width + column);
        }
        out.push(')');
        if row == 0 && out.get(start..) != Some(values) {
            return None;
        }
        if row + 1 < rows {
            out.push_str(", ");
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_one_after_the_other() {
        let text = "INSERT INTO notes (a, b) VALUES ($1, $2)";
        assert_eq!(for_rows(text, 2, 1).as_deref(), Some(text));
        assert_eq!(
            for_rows(text, 2, 3).as_deref(),
            Some("INSERT INTO notes (a, b) VALUES ($1, $2), ($3, $4), ($5, $6)")
        );
        for other in
            ["INSERT INTO notes (a, b) VALUES ($1, 2)", "INSERT INTO notes (a) SELECT $1", "UPDATE notes"]
        {
            assert_eq!(for_rows(other, 2, 2), None, "{other}");
        }
        assert_eq!(for_rows("INSERT INTO n (a) VALUES ($1) ON CONFLICT DO NOTHING", 1, 2), None);
    }

    #[test]
    fn all_rows_are_in_some_portion_in_their_order() {
        for count in 0..70i64 {
            let mut gathered = Gathered::new(Stmt::new("PUT", "INSERT INTO notes (a, b) VALUES ($1, $2)"), 2);
            (0..count).for_each(|n| gathered.add([Param::Int(n), Param::Bool(true)].into_iter()));
            let portions: Vec<_> = gathered.portions().collect();
            assert!(portions.iter().all(|(rows, values)| *rows <= MOST && values.len() == rows * 2));
            let firsts = portions.iter().flat_map(|(_, values)| values.chunks(2)).map(|row| match row {
                [Param::Int(n), Param::Bool(true)] => *n,
                other => panic!("{other:?}"),
            });
            assert_eq!(firsts.collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_statement_of_the_table_is_noticed() {
        let gathered = Gathered::new(Stmt::new("PUT", "INSERT INTO notes (a) VALUES ($1)"), 1);
        assert!(gathered.concerns("SELECT a FROM notes WHERE a = $1"));
        assert!(!gathered.concerns("SELECT a FROM tickets"));
    }
}

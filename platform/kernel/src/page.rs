//! Lists, a page at a time.

use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Fault;

/// `?limit=&cursor=` of every list.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// How many items, 1 to 200; 50 when absent.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The limit within its bounds.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, 200)
    }

    /// The place that the page goes on from; none on the first page.
    ///
    /// # Errors
    /// `invalid_cursor`: the cursor is not one of this list.
    pub fn after<T: FromStr>(&self) -> Result<Option<T>, Fault> {
        self.after_by(|text| text.parse().ok())
    }

    /// As [`after`](Self::after), for a list with its own way to write a place.
    ///
    /// # Errors
    /// As there.
    pub fn after_by<T>(&self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some(cursor) = self.cursor.as_deref() else { return Ok(None) };
        let wrong = || Fault::field("cursor", "invalid_cursor", "Give a next_cursor of this list.");
        read(cursor).map(Some).ok_or_else(wrong)
    }

    /// As [`after`](Self::after), for a list ordered by a time and then an id: the two with a space between.
    ///
    /// # Errors
    /// As there.
    pub fn after_moment<T: FromStr>(&self) -> Result<Option<(Timestamp, T)>, Fault> {
        self.after_by(|text| {
            let (at, id) = text.split_once(' ')?;
            Some((at.parse().ok()?, id.parse().ok()?))
        })
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; null on the last page.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts `limit + 1` fetched rows down to a page; `cursor_of` names the place after an item.
    pub fn cut(mut rows: Vec<T>, limit: u32, cursor_of: impl Fn(&T) -> String) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(cursor_of) } else { None };
        Self { items: rows, next_cursor }
    }

    /// The page of a list that lies in memory, in the order of `place_of`: words of which the last is an id.
    ///
    /// # Errors
    /// As [`PageQuery::after`].
    pub fn of(mut items: Vec<T>, query: &PageQuery, place_of: impl Fn(&T) -> String) -> Result<Self, Fault> {
        let is_place =
            |cursor: &&str| cursor.rsplit(' ').next().is_some_and(|id| Uuid::try_parse(id).is_ok());
        let after = query.after_by(|cursor| Some(cursor).filter(is_place).map(str::to_owned))?;
        items.sort_by_cached_key(&place_of);
        if let Some(after) = after {
            items.retain(|item| place_of(item) > after);
        }
        Ok(Self::cut(items, query.limit(), place_of))
    }

    /// The same page with every item turned into another form.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(limit: u32, cursor: Option<&str>) -> PageQuery {
        PageQuery { limit: Some(limit), cursor: cursor.map(str::to_owned) }
    }

    #[test]
    fn the_pages_of_a_list_in_memory_are_the_list() {
        let all: Vec<Uuid> = [5, 1, 4, 2, 3].map(Uuid::from_u128).into();
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = Page::of(all.clone(), &ask(2, cursor.as_deref()), Uuid::to_string).unwrap();
            seen.extend(page.items.iter().map(Uuid::as_u128));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_place_of_another_list_is_refused() {
        let code = |fault: Fault| fault.field_faults()[0].code.to_owned();
        assert_eq!(ask(1, Some("12")).after::<Uuid>().map_err(code), Err("invalid_cursor".to_owned()));
        assert_eq!(ask(1, Some("12")).after::<i64>().map_err(code), Ok(Some(12)));
        assert_eq!(ask(1, None).after::<i64>().map_err(code), Ok(None));
        let moment = ask(1, Some("2026-11-20T10:00:00Z")).after_moment::<i64>();
        assert_eq!(moment.map_err(code), Err("invalid_cursor".to_owned()));
        let moment = ask(1, Some("2026-11-20T10:00:00Z 7")).after_moment::<i64>();
        assert_eq!(moment.map(|place| place.map(|(_, id)| id)).map_err(code), Ok(Some(7)));
        let of = Page::of(vec![Uuid::nil()], &ask(1, Some("0001 x")), Uuid::to_string);
        assert_eq!(of.map(|page| page.items).map_err(code), Err("invalid_cursor".to_owned()));
    }
}

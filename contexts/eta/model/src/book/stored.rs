//! A book as it is stored.

use super::Book;

impl Book {
    /// The book as bytes; without its correction, which is stored apart. What is made of them goes on as it does, to the bit.
    ///
    /// # Errors
    /// In words, what cannot be written; no book has such a thing.
    pub fn pack(&self) -> Result<Vec<u8>, String> {
        postcard::to_allocvec(self).map_err(|error| error.to_string())
    }

    /// The book of such bytes; none where they are none, or were written by another format of a book.
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        postcard::take_from_bytes(bytes).ok().filter(|(_, rest)| rest.is_empty()).map(|(book, _)| book)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::{Key, Serves, Wall};

    const AT: i64 = 20_000 * 86_400 + 36_000;

    /// A book with something of everything: who was called at once is served, and two wait.
    fn full() -> Book {
        let (queue, site, service, counter, agent) = (Key(1), Key(2), Key(3), Key(4), Key(5));
        let mut book = Book::default();
        book.service(service, 5.0, vec!["loans".to_owned()]);
        book.skills_of(agent, vec!["loans".to_owned()]);
        book.counter(counter, site, Some(Serves { queues: vec![queue], weights: Some(vec![1]) }), Wall(AT));
        book.seat(counter, site, true, Some(agent), Wall(AT));
        let id = |key: Key| uuid::Uuid::from_u128(key.0).to_string();
        for (second, ticket, status) in
            [(0, 10, "waiting"), (5, 10, "called"), (9, 11, "waiting"), (9, 12, "waiting")]
        {
            let mut fact = json!({
                "ticket_id": id(Key(ticket)), "number": "A-001", "queue_id": id(queue), "service_id": id(service),
                "site_id": id(site), "status": status, "rank": 0, "entry": 0, "class": "normal", "channel": "kiosk",
                "party_size": 1, "version": 1, "issued_at": "2024-10-04T10:00:00Z",
            });
            if status == "called" {
                fact["counter_id"] = json!(id(counter));
            }
            book.ticket(status == "waiting", &serde_json::from_value(fact).unwrap(), Wall(AT + second));
        }
        book
    }

    /// The names of all fields in a JSON text. What begins with a digit is the name of a thing.
    fn fields(text: &str) -> String {
        let parts: Vec<&str> = text.split('"').skip(1).collect();
        let is_field = |pair: &&[&str]| {
            pair.get(1).is_some_and(|after| after.starts_with(':'))
                && pair[0].starts_with(|first: char| first.is_ascii_lowercase())
        };
        let found: BTreeSet<&str> = parts.chunks(2).filter(is_field).map(|pair| pair[0]).collect();
        found.into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_book_comes_back_from_its_bytes() {
        let book = full();
        let bytes = book.pack().unwrap();
        assert_eq!(Book::unpack(&bytes).unwrap(), book);
        assert_eq!(Book::unpack(&bytes).unwrap().pack().unwrap(), bytes);
        let text = serde_json::to_string(&book).unwrap();
        assert!(bytes.len() < text.len(), "{} of {}", bytes.len(), text.len());
        assert!(Book::unpack(text.as_bytes()).is_none());
        assert!(Book::unpack(&bytes[..bytes.len() - 1]).is_none());
    }

    #[test]
    fn bytes_say_nothing_of_fields_so_that_another_set_of_them_is_another_format() {
        assert_eq!(
            fields(&serde_json::to_string(&full()).unwrap()),
            "active again agent any arrivals at at_once bias bound busy by_class by_service bytes \
             calibration called calls circles class classes corrected correction count counter counters \
             crowds day days declared durations ends factor features first for_agent forecaster formula \
             half_hours held in_line joining joins just_now kinds known last last_join lately leaving \
             lessons level lines minutes moved needed now open outcomes outside p10 p5 p50 p90 p95 pace \
             paused places prior queue queues quote rank ratios raw recent seen serves service services \
             serving silent since site sites skills slope slow spread staffed staffing sum surge target \
             tenant ticket today told touched wait waiting waits wanted weight weights whereabouts who",
            "count up `FORMAT` in `store/books.rs`, too"
        );
    }
}

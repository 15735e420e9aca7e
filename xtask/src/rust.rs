//! Just enough of Rust's grammar for the architecture checks: tokens with their lines, paths with
//! `use` trees spelled out, and which lines are tests.
//!
//! A lexer rather than a parser, because the checks must also see inside macro calls (`sql!`,
//! `row!`), which a parser leaves opaque, and because xtask has to compile in a few seconds.

use std::ops::RangeInclusive;

/// What a token is, as far as the checks care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word: identifier or keyword.
    Word,
    /// One character of punctuation.
    Punct,
    /// A string literal of any sort; the text is what stands between the quotes.
    Text,
    /// Numbers, characters and lifetimes.
    Other,
    /// A comment, with its marks.
    Comment,
}

/// One token and the line it starts on, counted from 1.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Token {
    fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Punct) && self.text == text
    }
}

/// A path such as `axum::extract::State`, however it was written.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

impl Path {
    /// The first segment: a crate's name, `crate`, or something local.
    pub(crate) fn root(&self) -> &str {
        self.segments.first().map_or("", String::as_str)
    }

    /// Whether the path ends in exactly these segments.
    pub(crate) fn ends_with(&self, tail: &[&str]) -> bool {
        self.segments.len() >= tail.len()
            && self.segments.iter().rev().zip(tail.iter().rev()).all(|(have, want)| have == want)
    }
}

/// A source file taken apart.
pub(crate) struct Source {
    /// Everything but comments.
    pub(crate) code: Vec<Token>,
    /// The comments alone.
    pub(crate) comments: Vec<Token>,
    tests: Vec<RangeInclusive<usize>>,
}

impl Source {
    /// Takes the text of a file apart. Text that is not Rust gives some tokens, never an error.
    pub(crate) fn parse(text: &str) -> Self {
        let (comments, code): (Vec<_>, Vec<_>) =
            Lexer::new(text).partition(|token| token.kind == Kind::Comment);
        let tests = test_ranges(&code);
        Self { code, comments, tests }
    }

    /// Whether the line belongs to an item under `#[cfg(test)]`.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&line))
    }

    /// How many lines belong to items under `#[cfg(test)]`.
    pub(crate) fn test_lines(&self) -> usize {
        self.tests.iter().map(|range| range.end() - range.start() + 1).sum()
    }

    /// Every path outside tests, `use` trees spelled out one by one.
    pub(crate) fn paths(&self) -> Vec<Path> {
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(token) = self.code.get(at) {
            if token.kind != Kind::Word {
                at += 1;
            } else if token.is("use") {
                at = use_tree(&self.code, at + 1, &[], &mut out);
            } else {
                at = plain_path(&self.code, at, &mut out);
            }
        }
        out.retain(|path| !self.is_test(path.line));
        out
    }

    /// The lines outside tests on which the macro `name!` is called.
    pub(crate) fn macro_calls<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code
            .windows(2)
            .filter(move |pair| pair[0].is(name) && pair[1].is("!"))
            .map(|pair| pair[0].line)
            .filter(|line| !self.is_test(*line))
    }

    /// The lines, tests included, of attributes whose first word is `name`: `#[name …]`, `#![name …]`
    /// and the same inside `cfg_attr`.
    pub(crate) fn attributes<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        (0..self.code.len()).filter_map(move |start| {
            let inner = attribute_body(&self.code, start)?;
            let first = inner.first()?;
            let wrapped =
                first.is("cfg_attr") && inner.windows(2).any(|pair| pair[0].is(",") && pair[1].is(name));
            (first.is(name) || wrapped).then_some(first.line)
        })
    }
}

/// The tokens between the brackets of the attribute that starts at `start`.
fn attribute_body(code: &[Token], start: usize) -> Option<&[Token]> {
    code.get(start).filter(|token| token.is("#"))?;
    let bang = usize::from(code.get(start + 1)?.is("!"));
    let open = start + 1 + bang;
    code.get(open).filter(|token| token.is("["))?;
    let end = closing(code, open);
    code.get(open + 1..end)
}

/// The index of the bracket that closes the one at `open`, or the end of the file.
fn closing(code: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in code.iter().enumerate().skip(open) {
        if token.kind != Kind::Punct {
            continue;
        }
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return at;
        }
    }
    code.len()
}

fn test_ranges(code: &[Token]) -> Vec<RangeInclusive<usize>> {
    let mut out: Vec<RangeInclusive<usize>> = Vec::new();
    for start in 0..code.len() {
        let Some(inner) = attribute_body(code, start) else { continue };
        let is_test = inner.first().is_some_and(|token| token.is("cfg"))
            && inner.iter().any(|token| token.is("test"))
            && !inner.iter().any(|token| token.is("not"));
        let first = code[start].line;
        if is_test && !out.iter().any(|range| range.contains(&first)) {
            out.push(first..=item_end(code, start));
        }
    }
    out
}

/// The last line of the item whose first attribute starts at `start`.
fn item_end(code: &[Token], start: usize) -> usize {
    let mut at = start;
    while let Some(token) = code.get(at) {
        if token.is("#") {
            let bang = usize::from(code.get(at + 1).is_some_and(|next| next.is("!")));
            at = closing(code, at + 1 + bang) + 1;
        } else if token.is(";") {
            return token.line;
        } else if token.is("{") {
            return code.get(closing(code, at)).map_or(token.line, |end| end.line);
        } else if token.is("(") || token.is("[") {
            at = closing(code, at) + 1;
        } else {
            at += 1;
        }
    }
    code.last().map_or(1, |token| token.line)
}

fn is_path_separator(code: &[Token], at: usize) -> bool {
    code.get(at).is_some_and(|token| token.is(":")) && code.get(at + 1).is_some_and(|token| token.is(":"))
}

/// Reads `a::b::c` from `at` and gives the index behind it.
fn plain_path(code: &[Token], mut at: usize, out: &mut Vec<Path>) -> usize {
    let line = code[at].line;
    let mut segments = vec![code[at].text.clone()];
    at += 1;
    while is_path_separator(code, at) && code.get(at + 2).is_some_and(|token| token.kind == Kind::Word) {
        segments.push(code[at + 2].text.clone());
        at += 3;
    }
    out.push(Path { segments, line });
    at
}

/// Reads one branch of a `use` tree from `at` and gives the index behind it.
fn use_tree(code: &[Token], mut at: usize, prefix: &[String], out: &mut Vec<Path>) -> usize {
    let mut segments = prefix.to_vec();
    let line = code.get(at).map_or(0, |token| token.line);
    loop {
        let Some(token) = code.get(at) else { return at };
        if is_path_separator(code, at) {
            at += 2;
        } else if token.is("{") {
            let end = closing(code, at);
            at += 1;
            while at < end {
                at = use_tree(code, at, &segments, out);
                at += usize::from(code.get(at).is_some_and(|token| token.is(",")));
            }
            return end + 1;
        } else if token.is("as") {
            at += 2;
        } else if token.kind == Kind::Word || token.is("*") {
            segments.push(token.text.clone());
            at += 1;
        } else {
            out.push(Path { segments, line });
            // The comma belongs to the caller; anything else ends the statement.
            return if token.is(",") || token.is("}") { at } else { at + 1 };
        }
    }
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text, line: 1 }
    }

    /// Takes `len` bytes off the front.
    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        self.line += taken.matches('\n').count();
        taken
    }

    /// The length of a raw string's opening (`r##"`, with its hashes), if one starts here.
    fn raw_string(&self) -> Option<(usize, String)> {
        let after = self.rest.strip_prefix("br").or_else(|| self.rest.strip_prefix("cr"));
        let after = after.or_else(|| self.rest.strip_prefix('r'))?;
        let hashes = after.len() - after.trim_start_matches('#').len();
        after[hashes..]
            .starts_with('"')
            .then(|| (self.rest.len() - after.len() + hashes + 1, format!("\"{}", "#".repeat(hashes))))
    }

    /// The length of an ordinary string's opening, if one starts here.
    fn plain_string(&self) -> Option<usize> {
        ["\"", "b\"", "c\""].iter().find(|open| self.rest.starts_with(**open)).map(|open| open.len())
    }

    fn comment(&mut self) -> &'a str {
        if self.rest.starts_with("//") {
            let len = self.rest.find('\n').unwrap_or(self.rest.len());
            return self.take(len);
        }
        let mut depth = 0_usize;
        let mut len = 0;
        while let Some(rest) = self.rest.get(len..).filter(|rest| !rest.is_empty()) {
            if rest.starts_with("/*") {
                depth += 1;
                len += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                len += 2;
                if depth == 0 {
                    break;
                }
            } else {
                len += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        self.take(len)
    }

    /// What stands before the closing quote of a string with escapes; takes the quote as well.
    fn escaped(&mut self) -> String {
        let mut len = 0;
        let mut escape = false;
        for c in self.rest.chars() {
            if c == '"' && !escape {
                break;
            }
            escape = c == '\\' && !escape;
            len += c.len_utf8();
        }
        let text = self.take(len).to_owned();
        self.take(1);
        text
    }

    /// A character literal's or a lifetime's length.
    fn quote(&self) -> usize {
        let mut chars = self.rest.char_indices().skip(1);
        match (chars.next(), chars.next()) {
            (Some((_, '\\')), Some((at, c))) => {
                let from = at + c.len_utf8();
                self.rest[from..].find('\'').map_or(self.rest.len(), |close| from + close + 1)
            }
            (Some(_), Some((at, '\''))) => at + 1,
            _ => 1 + word_len(&self.rest[1..]),
        }
    }
}

fn word_len(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let blank = self.rest.len() - self.rest.trim_start().len();
        self.take(blank);
        let first = self.rest.chars().next()?;
        let line = self.line;
        let (kind, text) = if self.rest.starts_with("//") || self.rest.starts_with("/*") {
            (Kind::Comment, self.comment().to_owned())
        } else if let Some((open, close)) = self.raw_string() {
            self.take(open);
            let len = self.rest.find(&close).unwrap_or(self.rest.len());
            let text = self.take(len).to_owned();
            self.take(close.len());
            (Kind::Text, text)
        } else if let Some(open) = self.plain_string() {
            self.take(open);
            (Kind::Text, self.escaped())
        } else if first == '\'' {
            let len = self.quote();
            (Kind::Other, self.take(len).to_owned())
        } else if first.is_ascii_digit() {
            let len = word_len(self.rest).max(1);
            (Kind::Other, self.take(len).to_owned())
        } else if first.is_alphabetic() || first == '_' {
            let raw = if self.rest.starts_with("r#") { 2 } else { 0 };
            let len = raw + word_len(&self.rest[raw..]);
            (Kind::Word, self.take(len)[raw..].to_owned())
        } else {
            (Kind::Punct, self.take(first.len_utf8()).to_owned())
        };
        Some(Token { kind, text, line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        Source::parse(text).paths().iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn use_trees_are_spelled_out() {
        let found = paths("use axum::{Json, extract::{State, Path as P}, routing::*};\nfn f() { a::b(); }");
        for want in ["axum::Json", "axum::extract::State", "axum::extract::Path", "axum::routing::*", "a::b"]
        {
            assert!(found.iter().any(|path| path == want), "{want} in {found:?}");
        }
    }

    #[test]
    fn strings_comments_and_lifetimes_do_not_confuse_the_lexer() {
        let source = Source::parse(
            "// a \" quote\nfn f<'a>(x: &'a str) -> char { let _ = r#\"raw \" text\"#; let _ = \"a\\\"b\"; '\\'' }\n/* /* nested */ */ struct S;",
        );
        let texts: Vec<_> = source.code.iter().filter(|token| token.kind == Kind::Text).collect();
        assert_eq!(
            texts.iter().map(|token| token.text.as_str()).collect::<Vec<_>>(),
            ["raw \" text", "a\\\"b"]
        );
        assert_eq!(source.comments.len(), 2);
        assert_eq!(source.code.last().map(|token| token.line), Some(3));
    }

    #[test]
    fn items_under_cfg_test_are_tests() {
        let source =
            Source::parse("fn a() {}\n#[cfg(test)]\n#[path = \"x\"]\nmod tests {\n fn b() {}\n}\nfn c() {}");
        assert!(!source.is_test(1) && source.is_test(2) && source.is_test(5) && !source.is_test(7));
        assert_eq!(source.test_lines(), 5);
        assert!(!Source::parse("#[cfg(not(test))]\nfn a() {}").is_test(2));
    }

    #[test]
    fn attributes_are_found_inside_cfg_attr_too() {
        let source = Source::parse("#![allow(x)]\n#[cfg_attr(test, allow(y))]\nfn a() { allow(1); }");
        assert_eq!(source.attributes("allow").collect::<Vec<_>>(), [1, 2]);
    }
}

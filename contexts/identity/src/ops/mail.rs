//! Mails with a secret link. Until messaging sends them, they are written as files that any mail
//! program opens.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use usher_kernel::{Timestamp, random};

/// A mail to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Their address.
    pub to: String,
    /// The language it is written in, a BCP 47 tag.
    pub language: &'static str,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
}

/// A mail on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), std::io::Error>> + Send + 'a>>;

/// Sends mails. Messaging fills this in; until then [`MailFolder`] does.
pub trait Mailer: Send + Sync + 'static {
    /// Takes a mail over. What goes wrong later is the mailer's own matter.
    fn send(&self, mail: Mail) -> Sending<'_>;
}

/// Writes each mail as an `.eml` file into a folder, where an administrator or a test finds it.
#[derive(Clone, Debug)]
pub struct MailFolder {
    folder: PathBuf,
}

impl MailFolder {
    /// Mails go to `folder`, which is made when the first one is written.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }
}

impl Mailer for MailFolder {
    fn send(&self, mail: Mail) -> Sending<'_> {
        Box::pin(async move {
            // Whoever reads a mail can choose its reader's password: the folder is its owner's alone.
            let mut folder = tokio::fs::DirBuilder::new();
            folder.recursive(true);
            #[cfg(unix)]
            folder.mode(0o700);
            folder.create(&self.folder).await?;
            let name = format!("{}.eml", random::uuid_v7(mail.at));
            let path = self.folder.join(name);
            tokio::fs::write(&path, message(&mail)).await?;
            // The path only: the text holds a secret.
            tracing::info!(path = %path.display(), "a mail was written to the mail folder");
            Ok(())
        })
    }
}

/// An RFC 5322 message. Line ends in the headers' values are left out, so none can add a header.
fn message(mail: &Mail) -> String {
    let line = |text: &str| text.replace(['\r', '\n'], " ");
    format!(
        "From: Usher <no-reply@localhost>\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMIME-Version: 1.0\r\n\
         Content-Language: {}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
        line(&mail.to),
        encoded(&line(&mail.subject)),
        mail.at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        mail.language,
        mail.text.replace('\n', "\r\n")
    )
}

/// A header's text: letters beyond ASCII as the encoded words of RFC 2047, of which none is longer than 75.
fn encoded(text: &str) -> String {
    /// Bytes that give 60 letters in base64.
    const WORD: usize = 45;
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        if word.len() + letter.len_utf8() > WORD {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    let words = words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word)));
    words.collect::<Vec<_>>().join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_in_another_script_is_encoded_in_short_words() {
        assert_eq!(encoded("Plain"), "Plain");
        assert_eq!(encoded("Dépôt"), "=?UTF-8?B?RMOpcMO0dA==?=");
        let long = encoded(&"اختيار كلمة مرور جديدة ".repeat(4));
        let words: Vec<&str> = long.split("\r\n ").collect();
        assert!(words.len() > 1 && words.iter().all(|word| word.len() <= 75), "{long}");
        let read = |word: &&str| {
            let inner = word.strip_prefix("=?UTF-8?B?").and_then(|w| w.strip_suffix("?=")).unwrap();
            String::from_utf8(STANDARD.decode(inner).unwrap()).unwrap()
        };
        assert_eq!(words.iter().map(read).collect::<String>(), "اختيار كلمة مرور جديدة ".repeat(4));
    }

    #[test]
    fn a_subject_cannot_add_a_header() {
        let mail = Mail {
            to: "a@b.example\r\nBcc: all@b.example".to_owned(),
            language: "en",
            subject: "x\ny".to_owned(),
            text: "one\ntwo".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        };
        insta::assert_snapshot!(message(&mail).replace('\r', ""), @r"
        From: Usher <no-reply@localhost>
        To: a@b.example  Bcc: all@b.example
        Subject: x y
        Date: Thu, 01 Jan 1970 00:00:00 +0000
        MIME-Version: 1.0
        Content-Language: en
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        one
        two
        ");
    }
}

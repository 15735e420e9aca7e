//! Mails with a secret link. Until messaging sends them, they are written as files that any mail
//! program opens.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use usher_kernel::{Timestamp, random};

/// A mail to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Their address.
    pub to: String,
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
            tokio::fs::create_dir_all(&self.folder).await?;
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
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
        line(&mail.to),
        line(&mail.subject),
        mail.at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        mail.text.replace('\n', "\r\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_cannot_add_a_header() {
        let mail = Mail {
            to: "a@b.example\r\nBcc: all@b.example".to_owned(),
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
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        one
        two
        ");
    }
}

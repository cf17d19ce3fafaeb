//! A mailer that mails nothing: it writes each letter as `<notice>.eml` into a folder. The default.
use crate::mailer::{Answer, Letter, Mailer, Posted, written};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::NoticeId;
use lettre::message::Mailbox;
use std::error::Error;
use std::path::{Path, PathBuf};

/// The folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    from: Mailbox,
}

impl Folder {
    /// Makes the folder if it is not there.
    pub(crate) fn open(path: impl AsRef<Path>, from: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        std::fs::create_dir_all(&path)?;
        Ok(Self { path: path.as_ref().to_owned(), from: from.parse()? })
    }

    /// Whole or not at all: a reader never sees half a letter. The same letter again takes the place of the first.
    fn put(&self, letter: &Letter) -> Answer {
        let message = match written(letter, &self.from) {
            Ok(message) => message,
            Err(refused) => return refused,
        };
        let name = format!("{}.eml", NoticeId(letter.id));
        let draft = self.path.join(format!("{name}.draft"));
        let done =
            std::fs::write(&draft, message.formatted()).and_then(|()| std::fs::rename(&draft, self.path.join(&name)));
        match done {
            Ok(()) => Answer::new(Posted::Accepted, format!("written as {name}")),
            Err(error) => Answer::new(Posted::Deferred, error.to_string()),
        }
    }
}

impl Mailer for Folder {
    fn post(&self, letter: Letter) -> BoxFuture<'static, Answer> {
        let folder = self.clone();
        let putting = tokio::task::spawn_blocking(move || folder.put(&letter));
        async move { putting.await.unwrap_or_else(|error| Answer::new(Posted::Deferred, error.to_string())) }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notifications_domain::Language;
    use uuid::Uuid;

    fn letter(to: &str) -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            to: to.into(),
            language: Language::Zh,
            subject: "订单已交付".into(),
            text: "请验收。\nThank you.".into(),
        }
    }

    #[tokio::test]
    async fn a_letter_becomes_one_file_however_often_it_is_posted() {
        let path = std::env::temp_dir().join(format!("guildhall-mail-{}", Uuid::now_v7()));
        let folder = Folder::open(&path, "Guildhall <no-reply@guildhall.example>").unwrap();
        for _ in 0..2 {
            assert_eq!(folder.post(letter("shop@example.com")).await.posted, Posted::Accepted);
        }
        let files: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        for line in
            ["To: shop@example.com", "Auto-Submitted: auto-generated", "Content-Language: zh", "Message-ID: <ntc_"]
        {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(text.contains("Subject: =?utf-8?b?"), "{text}");
        std::fs::remove_dir_all(path).unwrap();
    }

    #[tokio::test]
    async fn what_is_no_address_is_refused_and_a_folder_that_is_gone_is_waited_for() {
        let path = std::env::temp_dir().join(format!("guildhall-mail-{}", Uuid::now_v7()));
        let folder = Folder::open(&path, "no-reply@guildhall.example").unwrap();
        assert_eq!(folder.post(letter("shop@exa mple")).await.posted, Posted::Refused);
        std::fs::remove_dir_all(path).unwrap();
        assert_eq!(folder.post(letter("shop@example.com")).await.posted, Posted::Deferred);
        assert!(Folder::open(std::env::temp_dir(), "nobody").is_err());
    }
}

//! Passwords, hashed on threads of their own.
//!
//! One hash takes tens of milliseconds of a whole core and 19 MiB. The async workers must not do that,
//! and a storm of log-ins must not take the cores from people who are being served: so there are few
//! threads, at the lowest priority the system gives, and a short queue; what does not fit is told to
//! come back.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parking_lot::Mutex;
use tokio::sync::oneshot;
use usher_kernel::random;

use crate::error::Error;

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

enum Job {
    Hash { password: String, answer: oneshot::Sender<Option<String>> },
    Verify { password: String, hash: Option<String>, answer: oneshot::Sender<bool> },
}

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Hasher(Arc<SyncSender<Job>>);

impl Hasher {
    /// A hasher with so many threads and so many waiting jobs.
    ///
    /// # Errors
    /// The system has no thread to give, or no memory.
    pub fn start(threads: usize, waiting: usize) -> Result<Self, Error> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| Error::Internal(e.to_string()))?;
        let (jobs, queue) = sync_channel(waiting.max(1));
        let queue = Arc::new(Mutex::new(queue));
        let decoy: Arc<str> = decoy().into();
        for _ in 0..threads.max(1) {
            let (queue, params, decoy) = (Arc::clone(&queue), params.clone(), Arc::clone(&decoy));
            std::thread::Builder::new()
                .name("usher-passwords".to_owned())
                .spawn(move || work(&queue, &argon2(&params), &decoy))
                .map_err(|e| Error::Internal(format!("no thread could be started: {e}")))?;
        }
        Ok(Self(Arc::new(jobs)))
    }

    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// [`Error::SignInBusy`] when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let (answer, hashed) = oneshot::channel();
        self.0.try_send(Job::Hash { password, answer }).map_err(|_| Error::SignInBusy)?;
        let hashed = hashed.await.ok().flatten();
        hashed.ok_or_else(|| Error::Internal("the password could not be hashed".to_owned()))
    }

    /// Whether the password is the one that was hashed; takes as long where there is no hash.
    ///
    /// # Errors
    /// [`Error::SignInBusy`] when too many wait already.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let (answer, verified) = oneshot::channel();
        self.0.try_send(Job::Verify { password, hash, answer }).map_err(|_| Error::SignInBusy)?;
        verified.await.map_err(|_| Error::Internal("the password could not be checked".to_owned()))
    }
}

fn argon2(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

/// Works until the last [`Hasher`] is gone.
fn work(queue: &Mutex<Receiver<Job>>, argon2: &Argon2<'_>, decoy: &str) {
    lower_priority();
    loop {
        let job = queue.lock().recv();
        let Ok(job) = job else { return };
        match job {
            // An asker who has gone away needs no work done.
            Job::Hash { answer, .. } if answer.is_closed() => {}
            Job::Verify { answer, .. } if answer.is_closed() => {}
            Job::Hash { password, answer } => {
                answer.send(hash(argon2, &password)).ok();
            }
            Job::Verify { password, hash, answer } => {
                let there = hash.is_some();
                let hash = hash.unwrap_or_else(|| decoy.to_owned());
                let right = PasswordHash::new(&hash)
                    .is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok());
                answer.send(there && right).ok();
            }
        }
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Option<String> {
    let salt: [u8; 16] = random::bytes();
    let salt = SaltString::encode_b64(&salt).ok()?;
    argon2.hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// The hash of no password: one is checked even where nobody has the address, so that the time says nothing.
/// Made up rather than computed, which would cost every start a core for a moment and 19 MiB.
fn decoy() -> String {
    let (salt, sum): ([u8; 16], [u8; 32]) = (random::bytes(), random::bytes());
    let (salt, sum) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(sum));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1${salt}${sum}")
}

/// A password that nobody chose, for administrators created without one.
pub(crate) fn random_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
    let bytes: [u8; 20] = random::bytes();
    bytes.iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).collect()
}

/// Lets everything else on the machine go first. On Linux a thread has its own priority; elsewhere the
/// whole process would get it, so nothing is done.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    if rustix::process::nice(10).is_err() {
        tracing::debug!("the password threads keep the normal priority");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use usher_kernel::Fault;

    use super::*;

    #[tokio::test]
    async fn checks_what_it_hashed() {
        let hasher = Hasher::start(1, 8).unwrap();
        let hash = hasher.hash("right horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify("right horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("wrong horse".to_owned(), Some(hash)).await.unwrap());
        assert!(!hasher.verify("right horse".to_owned(), None).await.unwrap());
        assert!(!hasher.verify("x".to_owned(), Some("no hash".to_owned())).await.unwrap());
    }

    #[test]
    fn the_decoy_is_checked_like_any_hash() {
        let decoy = decoy();
        let decoy = PasswordHash::new(&decoy).unwrap();
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap();
        assert_eq!(Params::try_from(&decoy).unwrap().m_cost(), params.m_cost());
        let checked = argon2(&params).verify_password(b"anything", &decoy);
        assert_eq!(checked, Err(argon2::password_hash::Error::Password));
    }

    #[tokio::test]
    async fn a_storm_is_told_to_come_back() {
        let hasher = Hasher::start(1, 2).unwrap();
        let storm: Vec<_> = (0..40)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.verify("storm".to_owned(), None).await })
            })
            .collect();
        let mut refused = 0;
        for attempt in storm {
            let Err(refusal) = attempt.await.unwrap() else { continue };
            let fault = Fault::from(refusal);
            assert_eq!((fault.code(), fault.kind().status()), ("sign_in_busy", 503));
            assert_eq!(fault.retry(), Some(Duration::from_secs(2)));
            refused += 1;
        }
        assert!(refused >= 30, "only {refused} of 40 were refused");
    }
}

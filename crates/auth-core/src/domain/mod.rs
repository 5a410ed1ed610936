//! Plain values: users, sessions, accounts, verifications, and what they are made of. Imports nothing of ours but
//! the dictionary's values.

mod account;
mod additional;
mod clock;
mod email;
mod event;
mod id;
mod random;
mod request_context;
mod secret;
mod session;
mod user;
mod user_search;
mod verification;

pub use account::{Account, AccountChange, CREDENTIAL, NewAccount};
pub use additional::Additional;
pub(crate) use clock::whole_milliseconds;
pub use clock::{Clock, ManualClock, SystemClock};
pub use email::{Email, InvalidEmail};
pub use event::{Actor, AuditEvent, EventKind, NewEvent, Outcome};
pub use id::{AccountId, EventId, SessionId, UserId, VerificationId, generate_id, random_text};
pub(crate) use id::{LOWERCASE, URL_SAFE, random_text_of};
pub use random::{Random, SystemRandom};
pub use request_context::RequestContext;
pub use secret::Secret;
pub use session::{NewSession, Session, SessionChange, SessionToken};
pub use user::{NewUser, User, UserChange};
pub use user_search::UserSearch;
pub use verification::{NewVerification, Verification, VerificationChange};

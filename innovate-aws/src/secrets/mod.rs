//! Secrets in Secrets Manager. No program says what is in one: Secrets Manager makes it up, or someone
//! brings it after the deployment, or it is no secret at all but where something is.
//!
//! * [`Secret`], [`SecretHandle`]: the construct, and what the rest of the program needs of it,
//! * [`Replica`]: another region that has a secret,
//! * [`Contents`], [`Fills`]: where its value comes from; [`Generated`], with its [`Alphabet`] and [`Length`],
//! * [`ConnectionSecret`], [`ConnectionFacts`]: where something answers, for clusters to read,
//! * [`Rotation`], [`RotationInterval`]: what replaces the value and how often, or why nothing does,
//! * `store`: the resources that all of them become, `prefix`: what their names begin with.

mod connection;
mod generated;
mod prefix;
mod rotation;
mod secret;
mod store;

pub use connection::{ConnectionFacts, ConnectionSecret};
pub use generated::{Alphabet, Generated, Length};
pub(crate) use prefix::secret_prefix;
pub use rotation::{Rotation, RotationInterval};
pub use secret::{Contents, Fills, Secret};
pub(crate) use store::Store;
pub use store::{Replica, SecretHandle};

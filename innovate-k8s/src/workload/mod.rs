//! Workloads: what runs in the cluster.
//!
//! * [`WebService`]: a service that answers requests, with all that keeps it up and closed,
//! * [`Image`], [`TaggedImage`]: what it runs; [`Arch`]: on which processors,
//! * [`Resources`], [`Probes`], [`Listen`]: what it takes, how its health is asked for, where it
//!   listens,
//! * [`Destination`]: what its pods may connect to.

mod arch;
mod connection;
mod image;
mod listen;
mod pod;
mod probe;
mod resource;
mod scaling;
mod service;

pub(crate) use arch::ARCH;
pub use arch::Arch;
pub(crate) use connection::{Admission, POD_IDENTITY_AGENT, admit, block};
pub use connection::{AwsEndpoints, Destination, Egress, Internet};
pub use image::{ContainerImage, Image, ImageError, TaggedImage};
pub use listen::{Http, Https, Listen, Protocol};
pub use probe::Probes;
pub use resource::{Resources, ResourcesWithoutMemory};
pub use scaling::Replicas;
pub use service::{ServiceRef, WebService};

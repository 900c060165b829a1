//! A CloudFormation in memory, behind HTTP on 127.0.0.1: what a deployer is tested against through
//! the real SDK, an endpoint URL and nothing else.
//!
//! ```no_run
//! use fake_cloudformation::{Failing, Fake, Fault, Script, Step};
//!
//! let script = Script::new()
//!     .replaced_by("AWS::EC2::Subnet", "CidrBlock")
//!     .failing(Failing::new("Queue", Step::Create, "the queue is taken").times(1))
//!     .fault("ExecuteChangeSet", 1, Fault::DropAfter);
//! let fake = Fake::start(script)?;
//! let url = fake.endpoint(); // for `endpoint_url` of the SDK's configuration
//! # let _ = url;
//! // .. the deployer runs ..
//! let stack = fake.stack("111111111111", "eu-west-1", "network");
//! # let _ = stack;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Time is virtual: every request that arrives lets one tick pass, and an operation on a resource
//! takes as many ticks as the script says (one, unless said otherwise), so that a test that polls
//! never sleeps. [`Fake::tick`] lets time pass without a request. Everything is the same on every
//! run: identifiers, times and the order of events follow from what was asked in which order.
//!
//! The account is that of the access key: the twelve digits that it ends with (`AKIA` and
//! `111111111111`), or what [`Script::key`] says; the region is that of the signature's scope.
//! Signatures are not verified. Templates are JSON.
//!
//! What it follows is AWS's API reference and user guide of CloudFormation and, for the texts of
//! errors, what AWS answers. It does not know resource types: a physical id is made from the names
//! of stack and resource, unless the script says which property names a resource of that type.
//!
//! | file | subject |
//! |---|---|
//! | `fake` | what a test holds: started, looked into, stopped |
//! | `server` | HTTP: connections, and the faults that they suffer |
//! | `fault` | which answer suffers which fault |
//! | `proxy` | the same faults before another endpoint |
//! | `script` | what a test decides: how long, what fails, what is replaced |
//! | `query`, `xml` | reading a request's form, writing an answer |
//! | `refusal` | what an action refuses, with AWS's codes |
//! | `world` | all accounts: dispatch of actions, ticks, identifiers |
//! | `identity` | who asks: STS |
//! | `object` | S3, as far as a template is put there and read from there |
//! | `moment` | virtual time |
//! | `template`, `resolve` | a template, its checks, and its intrinsic functions |
//! | `stack`, `resource`, `status`, `event` | what a stack is made of |
//! | `goal`, `change`, `change_set` | what is wanted, what differs, and change sets |
//! | `operation`, `forward`, `rollback`, `removal` | the state machine |
//! | `policy` | stack policies |
//! | `export` | outputs that other stacks import |
//! | `describe` | answers about stacks, resources and events |
//! | `request` | actions that begin an operation |
//! | `stack_set`, `stack_set_answer` | StackSets: their operations, and answers about them |
//! | `refactor` | moving resources between stacks |
//! | `drift` | what was changed behind CloudFormation's back |

mod change;
mod change_set;
mod describe;
mod drift;
mod event;
mod export;
mod fake;
mod fault;
mod forward;
mod goal;
mod identity;
mod moment;
mod object;
mod operation;
mod policy;
mod proxy;
mod query;
mod refactor;
mod refusal;
mod removal;
mod request;
mod resolve;
mod resource;
mod rollback;
mod script;
mod server;
mod stack;
mod stack_set;
mod stack_set_answer;
mod status;
mod template;
mod world;
mod xml;

pub use fake::{Fake, SeenEvent, SeenResource, SeenStack};
pub use fault::{Fault, FaultPlan};
pub use proxy::{FaultProxy, Forwarded};
pub use resource::Fate;
pub use script::{Failing, Finding, Hook, Script, Step};
pub use status::StackStatus;
pub use world::Request;

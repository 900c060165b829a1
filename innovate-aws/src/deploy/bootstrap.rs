//! The stack of the bucket for templates that are too large for a request: one in each account and region
//! that needs it, made by the first deployment that does.
//!
//! It has the bucket and its policy, and no role: CloudFormation reads a template in the name of whoever
//! deploys. What a deployment does about it, once in each account and region:
//!
//! * there is none, or its creation failed: it is made,
//! * an older version of it is there: it is updated. A newer one, that a newer library made, is left alone,
//! * somebody else makes or changes it at the moment: that is waited for,
//! * a stack of its name is none of this library's: nothing is done, and what needs it fails,
//! * its bucket is there without it, in the same account: it becomes the stack's own.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use innovate_cfn::schema::Registry;
use innovate_core::{
    App, Checks, Prod, Site, Stack, StageKind, TemplateFormat, assembly::Assembly,
};

use aws_sdk_cloudformation::types::Stack as Found;
use innovate_core::diff::StackId;
use tokio::{sync::OnceCell, time::Instant};

use super::{
    AwsError, Event, Failure, Outcome, Standing,
    converge::{Convergence, INLINE, Permit},
    remote::{Remote, Run, outputs},
    target::Target,
};
use crate::{rules::RULES, storage::TemplateBucket};

/// The name of the stack.
pub const STACK: &str = "innovate-bootstrap";

/// The version of what is in the stack, which its output [`VERSION_OUTPUT`] says. A deployment updates a
/// stack of an older version, and leaves alone one that a newer library made.
pub const VERSION: u32 = 1;

/// The output that says the version.
pub const VERSION_OUTPUT: &str = "Version";

/// How often somebody else's operation on the stack is asked about before it is given up.
const PATIENCE: u32 = 300;

/// The stacks that were made or found in this run, by account and region.
#[derive(Debug, Default)]
pub(super) struct Bootstrap(Mutex<BTreeMap<(String, String), Arc<Place>>>);

/// What became of the stack in one account and region.
type Place = OnceCell<Result<(), Failure>>;

impl Bootstrap {
    fn place(&self, of: &StackId) -> Arc<Place> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry((of.account.clone(), of.region.clone())).or_default())
    }
}

/// Puts a template where CloudFormation can read it, and gives the URL. The first one in an account and
/// region looks for the stack, and makes it if need be.
pub(super) async fn template_url(remote: &Remote, target: &Target) -> Result<String, Failure> {
    let run = &remote.run;
    let place = run.bootstrap.place(&target.id);
    place.get_or_init(|| there(Arc::clone(run), target.id.clone())).await.clone()?;
    remote.turn().await;
    let url = run.access.put_template(&target.id, &target.body, &target.sha256).await;
    url.map_err(Failure::from)
}

/// Sees to it that the stack is there. Boxed, since it is deployed as the stack is that needs it.
fn there(run: Arc<Run>, of: StackId) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>> {
    Box::pin(async move {
        let begun = Instant::now();
        let id = StackId { name: STACK.to_owned(), ..of };
        let remote = Remote::new(id, run).await?;
        let found = settled(&remote).await?;
        match (Remote::standing(found.as_ref()), found.as_ref().map(version)) {
            (Standing::Ready, Some(Some(version))) if version >= VERSION => return Ok(()),
            (Standing::Ready | Standing::Halted, Some(None)) => {
                return Err(Failure::new(format!(
                    "the stack {} isn't this library's: it has no output `{VERSION_OUTPUT}`",
                    remote.id
                ))
                .help(format!(
                    "templates above {INLINE} bytes need a stack of that name: rename or delete the one that is there"
                )));
            }
            _ => {}
        }
        let assembly = assembly(&remote.id.account, &remote.id.region)?;
        let targets = Target::all(&assembly)
            .map_err(|reason| AwsError::new(format!("read the template of {STACK}"), reason))?;
        let Some(target) = targets.first() else { return Ok(()) };
        let permit = Permit { adopt: true, ..Permit::default() };
        let (outcome, outputs) = Convergence::new(&remote, target, &permit).run().await;
        remote.run.tell(Event::Ended {
            stack: remote.id.clone(),
            outcome: outcome.clone(),
            seconds: begun.elapsed().as_secs_f64(),
            outputs,
        });
        match outcome {
            Outcome::Failed { failure } => {
                let message = format!(
                    "the template is too large for a request, and the stack {} with the bucket for it could not be made: {failure}",
                    remote.id
                );
                Err(Failure { message, ..failure })
            }
            Outcome::NotBegun => Err(Failure::new("somebody asked to stop")),
            _ => Ok(()),
        }
    })
}

/// The stack once no operation on it is under way.
async fn settled(remote: &Remote) -> Result<Option<Found>, AwsError> {
    let mut asked = 0;
    loop {
        let found = remote.describe().await?;
        if Remote::standing(found.as_ref()) != Standing::Busy || asked == PATIENCE {
            return Ok(found);
        }
        if asked == 0 {
            remote.warn(None, "another operation on it is under way: it is waited for");
        }
        remote.run.pace.pause(asked).await;
        asked += 1;
    }
}

/// The version of the stack that is there; none if it is no stack of this library.
fn version(found: &Found) -> Option<u32> {
    outputs(found).get(VERSION_OUTPUT)?.parse().ok()
}

/// The stack's files for an account and region.
///
/// # Errors
///
/// If a rule refuses it.
pub fn assembly(account: &str, region: &str) -> Result<Assembly, AwsError> {
    let checks = Checks { registry: &Registry, rules: RULES };
    let synthesis = app(account, region).synth(checks, TemplateFormat::Json);
    let refused = || {
        let messages: Vec<&str> =
            synthesis.report.findings().iter().map(|finding| finding.message()).collect();
        AwsError::new(format!("make the template of the stack {STACK}"), messages.join("; "))
    };
    synthesis.assembly.clone().ok_or_else(refused)
}

fn app(account: &str, region: &str) -> App {
    let site = Site::new(STACK, StageKind::Prod, account.to_owned(), region.to_owned())
        .tag("application", "innovate")
        .tag("environment", STACK)
        .tag("owner", "innovate")
        .tag("cost-center", "innovate")
        .tag("data-classification", "internal");
    let mut stack: Stack<Prod> = Stack::new(STACK, site);
    stack.describe("Where deployments put templates that are too large for a request");
    stack.add("Templates", TemplateBucket);
    stack.scope().output(VERSION_OUTPUT, VERSION.to_string());
    App::new(STACK).stack(stack)
}

//! What every command that asks AWS needs: credentials, a runtime, and what is deployed. Without the
//! feature `deploy` nothing here knows how to ask.

use std::collections::BTreeMap;

use innovate_aws::plan::Stamp;
use innovate_core::diff::{Snapshot, StackId};

#[cfg(feature = "deploy")]
use super::output::reason;
use super::{Failure, arguments::Access};

/// What is deployed of a program's stacks.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) snapshot: Snapshot,
    /// Why a deployment could not begin.
    pub(super) obstacles: Vec<String>,
    /// What tells the stacks from others of their names.
    pub(super) stamps: BTreeMap<StackId, Stamp>,
}

/// The program's stacks, and those that its resources were in.
#[cfg(feature = "deploy")]
fn concerned(program: &Snapshot) -> Vec<StackId> {
    let mut stacks: Vec<StackId> = program.stacks().map(|stack| stack.id.clone()).collect();
    for stack in program.stacks() {
        for (name, _) in stack.moved.iter().filter_map(|moved| moved.from.split_once('/')) {
            let former = StackId { name: name.to_owned(), ..stack.id.clone() };
            if !stacks.contains(&former) {
                stacks.push(former);
            }
        }
    }
    stacks
}

/// What requests to AWS run on.
///
/// # Errors
///
/// If the system gives none.
#[cfg(feature = "deploy")]
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("can't begin to ask AWS: {}", reason(&error))))
}

/// The credentials that the command line asks for.
#[cfg(feature = "deploy")]
pub(super) async fn load(options: &Access) -> innovate_aws::deploy::Access {
    let profile =
        innovate_aws::deploy::Profile { name: options.profile.clone(), role: options.role.clone() };
    innovate_aws::deploy::Access::load(profile).await
}

#[cfg(feature = "deploy")]
impl From<innovate_aws::deploy::AwsError> for Failure {
    fn from(error: innovate_aws::deploy::AwsError) -> Self {
        let failure = Self::new(error.to_string());
        match error.help_text() {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

/// What is deployed of the program's stacks, and why a deployment could not begin.
#[cfg(feature = "deploy")]
pub(super) fn deployed(program: &Snapshot, options: &Access) -> Result<Found, Failure> {
    use innovate_aws::deploy::{Deployed, Standing};
    let stacks = concerned(program);
    let read = runtime()?.block_on(async {
        let access = load(options).await;
        Deployed::read(&access, &stacks).await
    })?;
    let obstacles = read.standings.iter().filter_map(|(stack, standing)| {
        if *standing == Standing::Halted {
            return Some(format!(
                "the stack {stack} was left as it was when its last operation failed: its template may say more than there is"
            ));
        }
        let (why, what) = standing.obstacle()?;
        Some(format!("the stack {stack} can't be deployed to: {why}; {what}"))
    });
    let obstacles = obstacles.collect();
    let stamps = read.stamps();
    Ok(Found { snapshot: read.snapshot, obstacles, stamps })
}

/// Without the feature it can't be told.
#[cfg(not(feature = "deploy"))]
pub(super) fn deployed(_: &Snapshot, _: &Access) -> Result<Found, Failure> {
    Err(cannot_ask("or compare with an assembly: `plan --against DIR`"))
}

/// Why a command that asks AWS can't do it, and what can be done instead.
#[cfg(not(feature = "deploy"))]
pub(super) fn cannot_ask(instead: &str) -> Failure {
    let build = "build it with the feature `deploy` of innovate (`cargo run --features deploy`)";
    let help = if instead.is_empty() { build.to_owned() } else { format!("{build}, {instead}") };
    Failure::new("this program was built without what asks AWS").help(help)
}

#[cfg(all(test, not(feature = "deploy")))]
mod tests {
    use super::*;
    #[test]
    fn a_program_that_can_not_ask_aws_says_how_to_build_one_that_can() {
        let access = Access { profile: None, role: None };
        let failure = deployed(&Snapshot::default(), &access).unwrap_err();
        assert_eq!(failure.message, "this program was built without what asks AWS");
        assert!(failure.help.is_some_and(|help| help.contains("--features deploy")));
    }
}

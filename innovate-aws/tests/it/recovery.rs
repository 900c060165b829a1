//! Stacks of the recovery region.

use innovate_aws::{
    Environment, Region, account, domain,
    keys::{Backup, KmsKey},
    name,
};
use innovate_core::{App, Prod};

use crate::program::{environment, findings};

/// Production in Ireland, with its backups in Frankfurt.
pub(crate) fn recoverable() -> Environment<Prod> {
    recovering_in(Region::EuCentral1)
}

fn recovering_in(region: Region) -> Environment<Prod> {
    Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .recovery_region(region)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

#[test]
fn a_recovery_stack_is_in_the_recovery_region() {
    let prod = recoverable();
    let mut recovery = prod.recovery_stack("dr");
    recovery.add("Backup", KmsKey::<Backup>::new());
    assert_eq!(recovery.name(), "innovate-prod-dr");
    assert_eq!(recovery.model().site().region(), "eu-central-1");
    assert_eq!(recovery.model().site().account(), "444455556666");
    let mut home = prod.stack("data");
    home.add("Backup", KmsKey::<Backup>::new());
    assert_eq!(home.model().site().region(), "eu-west-1");
    assert_eq!(home.model().site().recovery_region(), Some("eu-central-1"));
    assert_eq!(findings(App::new("test").stack(home).stack(recovery)), []);
}

#[test]
fn an_environment_without_another_region_has_no_recovery_stack() {
    for (prod, given) in
        [(environment::<Prod>(), "nothing"), (recovering_in(Region::EuWest1), "eu-west-1")]
    {
        let mut recovery = prod.recovery_stack("dr");
        let line = line!() - 1;
        recovery.add("Backup", KmsKey::<Backup>::new());
        let found = findings(App::new("test").stack(recovery));
        let [finding] = &*found else { panic!("{found:?}") };
        assert_eq!(finding.code(), "BKP-02");
        assert_eq!(finding.given_value(), Some(given));
        assert_eq!(finding.allowed_values(), Some("any region but eu-west-1"));
        let place = finding.place().unwrap();
        assert!(place.file.ends_with("recovery.rs"));
        assert_eq!(place.line, line);
    }
}

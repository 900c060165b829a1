//! What the constructs make, held against CloudFormation's registry.

use innovate_aws::{
    capacity,
    database::{AuroraPostgres, AuroraServerless, Readers},
    days,
    keys::{KmsKey, Rds},
    security::{CloudFront, Regional, WebAcl},
    weekly_window, window,
};
use innovate_cfn::schema::{RULES, Registry};
use innovate_core::{App, Checks, Prod, TemplateFormat};

use crate::program::{Platform, environment};

#[test]
fn all_that_the_constructs_make_satisfies_the_registry() {
    let (mut platform, ..) = Platform::<Prod>::new().with_cluster();
    let environment = environment::<Prod>();
    let key = platform.keys.add("Database", KmsKey::<Rds>::new());
    let mut data = environment.stack("data");
    data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(platform.vpc.data())
            .key(&key)
            .capacity(capacity!(2..=64))
            .readers(Readers::failover())
            .backup_retention(days!(14))
            .backup_window(window!("02:00-03:00"))
            .maintenance_window(weekly_window!("sun:04:00-sun:05:00"))
            .build(),
    );
    data.add("WebAcl", WebAcl::<Regional>::builder().build());
    let mut edge = environment.us_east_1_stack("edge");
    edge.add("WebAcl", WebAcl::<CloudFront>::builder().build());
    let app = App::new("test")
        .stack(platform.keys)
        .stack(platform.network)
        .stack(platform.compute)
        .stack(data)
        .stack(edge);
    let synthesis = app.synth(Checks { registry: &Registry, rules: &RULES }, TemplateFormat::Json);
    let findings = synthesis.report.findings();
    assert_eq!(findings, [], "{findings:#?}");
    assert!(synthesis.assembly.is_some());
}

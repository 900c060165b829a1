//! What every kind of database takes, and what follows from it.

use innovate_cfn::{
    iam,
    kind::{KeyIdentifier, RoleArn},
    policy::{Condition, PolicyDocument, Principal, Statement},
    rds,
};
use innovate_core::{
    Diagnostic, Gives, ResourceType as _, Scope, StageKind, Str, Value, text, value::pseudo,
};

use super::{
    BackupRetention, BackupWindow, CaCertificate, DeletionProtection, EnhancedMonitoring, Insights,
    MaintenanceWindow, MasterUser, Parameters,
    logs::LogKeeping,
    master_user::{Proof, is_identifier},
    parameters::CLIENTS,
    postgres::Windows,
};
use crate::{
    keys::{Key, Rds},
    network::{SecurityGroup, SecurityGroupHandle, Subnets, tier::Data},
    observability::LogGroupHandle,
};

/// What the advanced mode of insights keeps, and what the standard mode keeps, in days.
pub(super) const INSIGHTS_DAYS: (u16, u16) = (465, 7);
/// The interval of enhanced monitoring that turns it off. Left out, it would stay as it is.
pub(super) const NOT_MONITORED: u8 = 0;

/// The ports that RDS takes. Source: `Port`, "CreateDBCluster", Amazon RDS API Reference.
const PORTS: std::ops::RangeInclusive<u16> = 1_150..=65_535;

/// Makes the builder of a kind of database: its own fields, and those that every kind has. A `copy` has none
/// of those that follow from its source.
macro_rules! database {
    (
        $(#[$doc:meta])*
        pub struct $name:ident<$($kind:ident: $bound:ident),*> { $($own:tt)* }
    ) => {
        database! { @fields
            $(#[$doc])*
            $name [$($kind: $bound),*] { $($own)* }
            {
                /// Who administers it. `dbadmin` by default, with a password that RDS keeps in Secrets
                /// Manager.
                #[builder(default = $crate::database::MasterUser::managed_secret())]
                master_user: $crate::database::MasterUser,
                /// The database that is made with it. None by default: applications make theirs. It can't be
                /// changed later.
                #[builder(default, setter(into, strip_option))]
                database_name: Option<innovate_core::Str>,
                /// The settings of PostgreSQL.
                #[builder(default)]
                parameters: $crate::database::Parameters,
            }
            {
                /// The port that it listens on: 1150 or above. 5432 by default.
                #[builder(default = 5432)]
                port: u16,
            }
        }

        impl<$($kind: $bound),*> $name<$($kind),*> {
            fn content(&self) -> $crate::database::settings::Content {
                $crate::database::settings::Content {
                    master_user: Some(self.master_user.clone()),
                    database_name: self.database_name.clone(),
                    parameters: self.parameters.clone(),
                    port: self.port,
                }
            }
        }
    };
    (
        $(#[$doc:meta])*
        pub copy struct $name:ident { $($own:tt)* }
    ) => {
        database! { @fields $(#[$doc])* $name [] { $($own)* } {} {} }
    };
    (
        @fields
        $(#[$doc:meta])*
        $name:ident [$($kind:ident: $bound:ident),*]
        { $($own:tt)* } { $($between:tt)* } { $($last:tt)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, typed_builder::TypedBuilder)]
        pub struct $name<$($kind: $bound),*> {
            $($own)*
            /// The network's data tier: `vpc.data()`.
            network: $crate::network::Subnets<$crate::network::tier::Data>,
            /// What encrypts storage, snapshots, insights and the master user's secret.
            #[builder(setter(transform = |key: &$crate::keys::Key<$crate::keys::Rds>| key.clone()))]
            key: $crate::keys::Key<$crate::keys::Rds>,
            /// How long automated backups are kept, and so how far back a point-in-time restore reaches:
            /// `days!(7)` to `days!(35)`, in production 14 or more. 14 days by default.
            #[builder(default = $crate::database::BackupRetention::MIN_IN_PRODUCTION, setter(
                fn transform(
                    days: impl $crate::database::RetainsBackups,
                ) -> $crate::database::BackupRetention {
                    days.retention()
                }
            ))]
            backup_retention: $crate::database::BackupRetention,
            /// When the daily backup is made, in UTC. 02:00 to 03:00 by default.
            #[builder(default = $crate::database::BackupWindow::DEFAULT)]
            backup_window: $crate::database::BackupWindow,
            /// When AWS patches the database, in UTC. Sunday, 04:00 to 05:00 by default.
            #[builder(default = $crate::database::MaintenanceWindow::DEFAULT)]
            maintenance_window: $crate::database::MaintenanceWindow,
            $($between)*
            /// How much insights show. By default they are advanced in production and standard elsewhere,
            /// and off outside production where a serverless cluster may be smaller than 2 ACU.
            #[builder(default, setter(strip_option))]
            insights: Option<$crate::database::Insights>,
            /// How often enhanced monitoring looks at the operating system. Every minute by default, and
            /// not at all where the database pauses.
            #[builder(default, setter(strip_option))]
            monitoring: Option<$crate::database::EnhancedMonitoring>,
            /// What enhanced monitoring writes to, for which the database waits. RDS makes it by default, if
            /// nobody did: see [`MonitoringLogs`]($crate::database::MonitoringLogs).
            #[builder(default, setter(
                transform = |logs: &$crate::observability::LogGroupHandle| Some(logs.clone())
            ))]
            monitoring_logs: Option<$crate::observability::LogGroupHandle>,
            /// Who signs its certificate. `rds-ca-rsa2048-g1` by default.
            #[builder(default)]
            certificate: $crate::database::CaCertificate,
            /// Whether it refuses to be deleted. In production by default.
            #[builder(default)]
            deletion_protection: $crate::database::DeletionProtection,
            /// How long its log is kept. By default a year in production and a month elsewhere.
            #[builder(default, setter(strip_option))]
            log_retention: Option<$crate::observability::Retention>,
            /// What encrypts its log. A key of its own by default.
            #[builder(default, setter(
                transform = |key: &$crate::keys::Key<$crate::keys::Logs>| Some(key.clone())
            ))]
            logs_key: Option<$crate::keys::Key<$crate::keys::Logs>>,
            $($last)*
        }

        impl<$($kind: $bound),*> $name<$($kind),*> {
            fn settings(&self) -> $crate::database::settings::Settings {
                let content = self.content();
                $crate::database::settings::Settings {
                    network: self.network.clone(),
                    key: self.key.clone(),
                    backup_retention: self.backup_retention,
                    backup_window: self.backup_window,
                    maintenance_window: self.maintenance_window,
                    master_user: content.master_user,
                    database_name: content.database_name,
                    parameters: content.parameters,
                    insights: self.insights,
                    monitoring: self.monitoring,
                    monitoring_logs: self.monitoring_logs.clone(),
                    certificate: self.certificate,
                    deletion_protection: self.deletion_protection,
                    logs: $crate::database::logs::LogKeeping {
                        retention: self.log_retention,
                        key: self.logs_key.clone(),
                    },
                    port: content.port,
                }
            }
        }
    };
}
pub(super) use database;

/// What a database is told of what is in it. A copy learns it from its source.
#[derive(Clone, Debug)]
pub(super) struct Content {
    /// `None` in a copy, whose users are its source's.
    pub(super) master_user: Option<MasterUser>,
    pub(super) database_name: Option<Str>,
    pub(super) parameters: Parameters,
    pub(super) port: u16,
}

/// What every kind of database is told.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) network: Subnets<Data>,
    pub(super) key: Key<Rds>,
    pub(super) backup_retention: BackupRetention,
    pub(super) backup_window: BackupWindow,
    pub(super) maintenance_window: MaintenanceWindow,
    pub(super) master_user: Option<MasterUser>,
    pub(super) database_name: Option<Str>,
    pub(super) parameters: Parameters,
    pub(super) insights: Option<Insights>,
    pub(super) monitoring: Option<EnhancedMonitoring>,
    pub(super) monitoring_logs: Option<LogGroupHandle>,
    pub(super) certificate: CaCertificate,
    pub(super) deletion_protection: DeletionProtection,
    pub(super) logs: LogKeeping,
    pub(super) port: u16,
}

impl Settings {
    /// Reports what CloudFormation would take and the database would not do, or do without.
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        // What a copy has of its source is checked there.
        let Some(master_user) = &self.master_user else { return };
        for (name, value) in self.parameters.refused() {
            scope.report(
                Diagnostic::error(
                    "DB-02",
                    "clients of the database would be let in without TLS 1.2",
                )
                .setter("parameters")
                .given(format!("{name} = {value}"))
                .help("leave the parameter out: TLS 1.2 is forced, and can be raised to 1.3"),
            );
        }
        if let Some(clients) = self.parameters.refused_clients() {
            scope.report(
                Diagnostic::error("DB-10", "PostgreSQL doesn't take so many clients, or so few")
                    .setter("parameters")
                    .given(format!("max_connections = {clients}"))
                    .allowed(format!("{} to {}", CLIENTS.start(), CLIENTS.end())),
            );
        }
        if !master_user.has_valid_name() {
            scope.report(
                Diagnostic::error("DB-10", "the master user can't have this name")
                    .setter("master_user")
                    .given(&master_user.name)
                    .allowed("1 to 63 letters, digits and underscores, beginning with a letter, and no name that PostgreSQL reserves"),
            );
        }
        if !PORTS.contains(&self.port) {
            scope.report(
                Diagnostic::error("DB-10", "the database can't listen on this port")
                    .setter("port")
                    .given(self.port)
                    .allowed(format!("{} to {}", PORTS.start(), PORTS.end())),
            );
        }
        if let Some(name) = self.database_name.as_ref().filter(|name| !is_identifier(name)) {
            scope.report(
                Diagnostic::error("DB-10", "the database can't have this name")
                    .setter("database_name")
                    .given(name)
                    .allowed("1 to 63 letters, digits and underscores, beginning with a letter"),
            );
        }
    }

    pub(super) fn security_group(
        &self,
        identifier: &str,
        scope: &mut Scope<'_>,
    ) -> SecurityGroupHandle {
        let group = SecurityGroup::builder()
            .vpc(&self.network)
            .description(format!("Connections to the database {identifier}"))
            .build();
        scope.add("SecurityGroup", group)
    }

    pub(super) fn subnet_group(
        &self,
        identifier: &str,
        scope: &mut Scope<'_>,
    ) -> rds::DBSubnetGroupRef {
        let description = format!("Data tier for the database {identifier}");
        scope.add("Subnets", rds::DBSubnetGroup::new(description, self.network.ids()))
    }

    pub(super) const fn windows(&self) -> Windows {
        Windows { backup: self.backup_window, maintenance: self.maintenance_window }
    }

    /// Whether it refuses to be deleted.
    pub(super) fn is_protected(&self, scope: &Scope<'_>) -> bool {
        let always = self.deletion_protection == DeletionProtection::Always;
        scope.stage() == StageKind::Prod || always
    }

    pub(super) fn insights(&self, scope: &Scope<'_>) -> Insights {
        let production = scope.stage() == StageKind::Prod;
        let by_stage = if production { Insights::Advanced } else { Insights::Standard };
        self.insights.unwrap_or(by_stage)
    }

    /// What encrypts the secret of the master user's password, if it has one.
    pub(super) fn secret_key(&self) -> Option<Value<KeyIdentifier>> {
        match &self.master_user.as_ref()?.proof {
            Proof::ManagedSecret(key) => Some(key.clone().unwrap_or_else(|| self.key.arn()).give()),
            Proof::Iam => None,
        }
    }

    /// Whether enhanced monitoring looks at it.
    pub(super) fn is_monitored(&self) -> bool {
        self.monitoring.unwrap_or_default().seconds().is_some()
    }

    /// The interval of enhanced monitoring in seconds, and the role that it writes with.
    pub(super) fn monitoring(&self, scope: &mut Scope<'_>) -> Option<(u8, Value<RoleArn>)> {
        let seconds = self.monitoring.unwrap_or_default().seconds()?;
        // Only for databases of this account, so that RDS can't be made to use it for another's.
        let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])
            .to(Principal::service("monitoring.rds.amazonaws.com"))
            .when(Condition::string_equals("aws:SourceAccount", pseudo::account_id()))]);
        let policy = text![
            "arn:",
            pseudo::partition(),
            ":iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
        ];
        let mut role = iam::Role::new(trust).managed_policy_arns([policy]);
        if let Some(group) = &self.monitoring_logs {
            // The database waits for its role, and so for the group.
            role = role.depends_on(group);
        }
        let role = scope.add("MonitoringRole", role);
        Some((seconds, role.arn()))
    }
}

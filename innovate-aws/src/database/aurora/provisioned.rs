//! An Aurora cluster of instances of a fixed size.

#![allow(missing_debug_implementations, reason = "of the builder that the derive makes")]

use innovate_core::{Construct, Scope};

use super::{AuroraCluster, Provisioned, parts::Parts};
use crate::database::{
    AuroraInstanceClass, AuroraPostgres, ReaderScaling, Readers, Redundancy, Storage, connections,
    settings::database,
};

database! {
    /// An Aurora PostgreSQL cluster of instances of a fixed size: a writer, and readers in other zones.
    ///
    /// Cheaper than [`AuroraServerless`](crate::database::AuroraServerless) where the load is steady. All
    /// else is the same: it is in the data tier, encrypted with the key that it is given, speaks TLS only,
    /// and is protected in production, where it needs a reader that can take over.
    ///
    /// ```
    /// use innovate_aws::{
    ///     database::{AuroraInstanceClass, AuroraPostgres, AuroraProvisioned, ReaderScaling, Readers},
    ///     keys::{Key, Rds},
    ///     network::VpcHandle,
    ///     percent, reader_range,
    /// };
    /// use innovate_core::{Prod, Stack};
    ///
    /// fn database(stack: &mut Stack<Prod>, vpc: &VpcHandle, key: &Key<Rds>) {
    ///     stack.add(
    ///         "Database",
    ///         AuroraProvisioned::builder()
    ///             .engine(AuroraPostgres::V17)
    ///             .instance_class(AuroraInstanceClass::R8gLarge)
    ///             .network(vpc.data())
    ///             .key(key)
    ///             .readers(Readers::failover())
    ///             .reader_scaling(ReaderScaling::by_cpu(percent!(60), reader_range!(1..=5)))
    ///             .build(),
    ///     );
    /// }
    /// ```
    ///
    /// Sources: "Amazon Aurora DB clusters" and "Amazon Aurora DB instance classes", Amazon Aurora User
    /// Guide; AWS::RDS::DBCluster and AWS::RDS::DBInstance, AWS CloudFormation Template Reference Guide.
    pub struct AuroraProvisioned<R: Redundancy> {
        /// The version of PostgreSQL, and with it who decides on minor upgrades.
        engine: AuroraPostgres,
        /// The size of the writer, and of every reader that has none of its own.
        instance_class: AuroraInstanceClass,
        /// The instances beside the writer.
        readers: Readers<R>,
        /// How many readers there are, by their load. As many as are declared by default.
        #[builder(default, setter(into))]
        reader_scaling: Option<ReaderScaling>,
        /// How Aurora charges for storage. By space and by every read and write by default.
        #[builder(default)]
        storage: Storage,
    }
}

impl<R: Redundancy> Construct for AuroraProvisioned<R> {
    type Handle = AuroraCluster<Provisioned>;
    type Needs = R::Needs;

    fn build(self, scope: &mut Scope<'_>) -> AuroraCluster<Provisioned> {
        let parts = Parts {
            settings: self.settings(),
            engine: self.engine,
            storage: self.storage,
            class: self.instance_class.name(),
            serverless: None,
            readers: &self.readers.readers,
            reader_scaling: self.reader_scaling,
            membership: None,
        };
        let most = connections::of_aurora(self.instance_class, &self.parameters);
        AuroraCluster::new(parts.add(scope), self.instance_class, most)
    }
}

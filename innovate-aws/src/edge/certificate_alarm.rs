//! What a certificate's alarm watches.

use super::{CertificateHandle, CertificatePlace};
use crate::observability::{
    Alarms, Condition, Datapoints, Metric, MissingData, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a certificate, which go into a stack of its own region.
    ///
    /// Source: "Supported CloudWatch metrics", AWS Certificate Manager User Guide.
    CertificateAlarm {
        /// It is valid for 30 more days or less: AWS renews it before, and so could not. It goes on when
        /// the certificate has expired and AWS says no more.
        Expiry,
    }
}

impl<P: CertificatePlace> CertificateHandle<P> {
    /// For how many more days it is valid, which AWS says twice a day.
    pub fn days_to_expiry(&self) -> Metric {
        let certificate = innovate_core::Gives::give(self.arn());
        Metric::new("AWS/CertificateManager", "DaysToExpiry", [("CertificateArn", certificate)])
    }

    /// The alarms that it comes with: [`CertificateAlarm`].
    pub fn alarms(&self) -> Alarms<CertificateAlarm, P::Needs> {
        let expiry = Proposal::when(
            self.days_to_expiry().minimum(),
            Condition::AtMost(30.0),
            MissingData::Ignore,
        )
        .over(Datapoints::in_a_row(1), Period::OneDay)
        .describe("A certificate is about to expire and isn't renewed: look whether the records that prove its names are still in their zone, and whether the zone is delegated");
        Alarms::of([(CertificateAlarm::Expiry, expiry)])
    }
}

//! What of the events in a log group nobody reads.

use std::collections::BTreeSet;

use innovate_core::{Json, Text, Value, json, text, value::pseudo};

macro_rules! identifiers {
    ($($(#[$doc:meta])* $identifier:ident $name:literal)*) => {
        /// A kind of data that CloudWatch Logs recognizes.
        ///
        /// Source: "CloudWatch Logs managed data identifiers for sensitive data types", Amazon CloudWatch
        /// Logs User Guide.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum DataIdentifier {
            $($(#[$doc])* $identifier,)*
        }

        impl DataIdentifier {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$identifier),*];

            /// Its name, as it ends the ARN.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$identifier => $name,)*
                }
            }
        }
    };
}

identifiers! {
    /// A postal address.
    Address "Address"
    /// A secret access key of AWS.
    AwsSecretKey "AwsSecretKey"
    /// A German bank account, such as an IBAN.
    BankAccountNumberDe "BankAccountNumber-DE"
    /// A Spanish bank account.
    BankAccountNumberEs "BankAccountNumber-ES"
    /// A French bank account.
    BankAccountNumberFr "BankAccountNumber-FR"
    /// A British bank account.
    BankAccountNumberGb "BankAccountNumber-GB"
    /// An Italian bank account.
    BankAccountNumberIt "BankAccountNumber-IT"
    /// A bank account of the United States.
    BankAccountNumberUs "BankAccountNumber-US"
    /// Until when a credit card is good.
    CreditCardExpiration "CreditCardExpiration"
    /// The number of a credit card.
    CreditCardNumber "CreditCardNumber"
    /// The security code of a credit card.
    CreditCardSecurityCode "CreditCardSecurityCode"
    /// An e-mail address.
    EmailAddress "EmailAddress"
    /// A European health insurance card.
    HealthInsuranceCardNumberEu "HealthInsuranceCardNumber-EU"
    /// An IP address.
    IpAddress "IpAddress"
    /// Coordinates.
    LatLong "LatLong"
    /// A person's full name.
    Name "Name"
    /// A private key in the form of OpenSSH.
    OpenSshPrivateKey "OpenSshPrivateKey"
    /// A private key in the form of PGP.
    PgpPrivateKey "PgpPrivateKey"
    /// A Brazilian telephone number.
    PhoneNumberBr "PhoneNumber-BR"
    /// A German telephone number.
    PhoneNumberDe "PhoneNumber-DE"
    /// A Spanish telephone number.
    PhoneNumberEs "PhoneNumber-ES"
    /// A French telephone number.
    PhoneNumberFr "PhoneNumber-FR"
    /// A British telephone number.
    PhoneNumberGb "PhoneNumber-GB"
    /// An Italian telephone number.
    PhoneNumberIt "PhoneNumber-IT"
    /// A telephone number of the United States.
    PhoneNumberUs "PhoneNumber-US"
    /// A private key in the form of PKCS.
    PkcsPrivateKey "PkcsPrivateKey"
    /// A private key in the form of PuTTY.
    PuttyPrivateKey "PuttyPrivateKey"
    /// A Spanish social security number.
    SsnEs "Ssn-ES"
    /// A social security number of the United States.
    SsnUs "Ssn-US"
    /// The number of a vehicle.
    VehicleIdentificationNumber "VehicleIdentificationNumber"
}

/// What a log group masks: events that arrive from then on show asterisks instead of it to whoever reads
/// them without the permission `logs:Unmask`. CloudWatch counts the events in which it was found.
///
/// ```
/// use innovate_aws::{
///     keys::{Key, Logs},
///     observability::{DataIdentifier, DataProtectionPolicy, LogGroup, Retention},
/// };
///
/// fn orders(key: &Key<Logs>) -> LogGroup {
///     let masked = DataProtectionPolicy::masking(DataIdentifier::EmailAddress)
///         .and(DataIdentifier::CreditCardNumber);
///     LogGroup::builder().retention(Retention::OneYear).key(key).data_protection(masked).build()
/// }
/// ```
///
/// Sources: "Understanding data protection policies", Amazon CloudWatch Logs User Guide;
/// "PutDataProtectionPolicy", Amazon CloudWatch Logs API Reference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct DataProtectionPolicy {
    identifiers: BTreeSet<DataIdentifier>,
}

impl DataProtectionPolicy {
    /// Masks this kind of data.
    pub fn masking(identifier: DataIdentifier) -> Self {
        Self { identifiers: BTreeSet::from([identifier]) }
    }

    /// Masks this kind too.
    pub fn and(mut self, identifier: DataIdentifier) -> Self {
        self.identifiers.insert(identifier);
        self
    }

    /// The policy in JSON. Masking needs both statements, about the same kinds.
    pub(super) fn document(&self) -> Value<Json> {
        let arn = |identifier: &DataIdentifier| -> Value<Text> {
            let name = identifier.name();
            text![
                "arn:",
                pseudo::partition(),
                format!(":dataprotection::aws:data-identifier/{name}")
            ]
        };
        let arns: Vec<Value<Text>> = self.identifiers.iter().map(arn).collect();
        let audit = json! {
            "Sid" => "Audit",
            "DataIdentifier" => arns.clone(),
            "Operation" => json! { "Audit" => json! { "FindingsDestination" => json! {} } },
        };
        let mask = json! {
            "Sid" => "Mask",
            "DataIdentifier" => arns,
            "Operation" => json! { "Deidentify" => json! { "MaskConfig" => json! {} } },
        };
        json! {
            "Name" => "data-protection",
            "Version" => "2021-06-01",
            "Statement" => vec![audit, mask],
        }
    }
}

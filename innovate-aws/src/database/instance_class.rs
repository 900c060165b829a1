//! Sizes of instances.

use std::fmt;

use innovate_core::{Gives, Text, Value};

macro_rules! classes {
    ($(#[$doc:meta])* $name:ident $($variant:ident $class:literal)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each is the class of its name")]
        #[non_exhaustive]
        pub enum $name {
            $($variant,)*
        }

        impl $name {
            /// Every class.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name that RDS has for it, such as `db.r8g.large`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $class,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl Gives<Text> for $name {
            fn give(self) -> Value<Text> {
                self.name().give()
            }
        }
    };
}

classes! {
    /// The size of an instance of provisioned Aurora: processors, memory and network.
    ///
    /// The burstable classes (`t4g`, `t3`) are for development. Not every region has every class. Those of
    /// earlier generations are left out.
    ///
    /// Sources: the CloudFormation registry of October 2026 as shipped with cfn-lint 1.58.0; "Amazon
    /// Aurora DB instance classes", Amazon Aurora User Guide.
    AuroraInstanceClass
    T3Medium "db.t3.medium" T3Large "db.t3.large"
    T4gMedium "db.t4g.medium" T4gLarge "db.t4g.large"
    R6gLarge "db.r6g.large" R6gXlarge "db.r6g.xlarge" R6g2xlarge "db.r6g.2xlarge"
    R6g4xlarge "db.r6g.4xlarge" R6g8xlarge "db.r6g.8xlarge" R6g12xlarge "db.r6g.12xlarge"
    R6g16xlarge "db.r6g.16xlarge"
    R6gdXlarge "db.r6gd.xlarge" R6gd2xlarge "db.r6gd.2xlarge" R6gd4xlarge "db.r6gd.4xlarge"
    R6gd8xlarge "db.r6gd.8xlarge" R6gd12xlarge "db.r6gd.12xlarge" R6gd16xlarge "db.r6gd.16xlarge"
    R6iLarge "db.r6i.large" R6iXlarge "db.r6i.xlarge" R6i2xlarge "db.r6i.2xlarge"
    R6i4xlarge "db.r6i.4xlarge" R6i8xlarge "db.r6i.8xlarge" R6i12xlarge "db.r6i.12xlarge"
    R6i16xlarge "db.r6i.16xlarge" R6i24xlarge "db.r6i.24xlarge" R6i32xlarge "db.r6i.32xlarge"
    R6id24xlarge "db.r6id.24xlarge" R6id32xlarge "db.r6id.32xlarge"
    R7gLarge "db.r7g.large" R7gXlarge "db.r7g.xlarge" R7g2xlarge "db.r7g.2xlarge"
    R7g4xlarge "db.r7g.4xlarge" R7g8xlarge "db.r7g.8xlarge" R7g12xlarge "db.r7g.12xlarge"
    R7g16xlarge "db.r7g.16xlarge"
    R7iLarge "db.r7i.large" R7iXlarge "db.r7i.xlarge" R7i2xlarge "db.r7i.2xlarge"
    R7i4xlarge "db.r7i.4xlarge" R7i8xlarge "db.r7i.8xlarge" R7i12xlarge "db.r7i.12xlarge"
    R7i16xlarge "db.r7i.16xlarge" R7i24xlarge "db.r7i.24xlarge" R7i48xlarge "db.r7i.48xlarge"
    R8aLarge "db.r8a.large" R8aXlarge "db.r8a.xlarge" R8a2xlarge "db.r8a.2xlarge"
    R8a4xlarge "db.r8a.4xlarge" R8a8xlarge "db.r8a.8xlarge" R8a12xlarge "db.r8a.12xlarge"
    R8a16xlarge "db.r8a.16xlarge" R8a24xlarge "db.r8a.24xlarge" R8a48xlarge "db.r8a.48xlarge"
    R8gLarge "db.r8g.large" R8gXlarge "db.r8g.xlarge" R8g2xlarge "db.r8g.2xlarge"
    R8g4xlarge "db.r8g.4xlarge" R8g8xlarge "db.r8g.8xlarge" R8g12xlarge "db.r8g.12xlarge"
    R8g16xlarge "db.r8g.16xlarge" R8g24xlarge "db.r8g.24xlarge" R8g48xlarge "db.r8g.48xlarge"
    R8gdXlarge "db.r8gd.xlarge" R8gd2xlarge "db.r8gd.2xlarge" R8gd4xlarge "db.r8gd.4xlarge"
    R8gd8xlarge "db.r8gd.8xlarge" R8gd12xlarge "db.r8gd.12xlarge" R8gd16xlarge "db.r8gd.16xlarge"
    R8gd24xlarge "db.r8gd.24xlarge" R8gd48xlarge "db.r8gd.48xlarge"
}

classes! {
    /// The size of an instance of RDS for PostgreSQL: processors, memory and network.
    ///
    /// The burstable classes (`t4g`, `t3`) are for development. Not every region has every class. Those of
    /// earlier generations are left out.
    ///
    /// Sources: the CloudFormation registry of October 2026 as shipped with cfn-lint 1.58.0; "DB instance
    /// classes", Amazon RDS User Guide.
    RdsInstanceClass
    T3Micro "db.t3.micro" T3Small "db.t3.small" T3Medium "db.t3.medium" T3Large "db.t3.large"
    T3Xlarge "db.t3.xlarge" T32xlarge "db.t3.2xlarge"
    T4gMicro "db.t4g.micro" T4gSmall "db.t4g.small" T4gMedium "db.t4g.medium"
    T4gLarge "db.t4g.large" T4gXlarge "db.t4g.xlarge" T4g2xlarge "db.t4g.2xlarge"
    M6gLarge "db.m6g.large" M6gXlarge "db.m6g.xlarge" M6g2xlarge "db.m6g.2xlarge"
    M6g4xlarge "db.m6g.4xlarge" M6g8xlarge "db.m6g.8xlarge" M6g12xlarge "db.m6g.12xlarge"
    M6g16xlarge "db.m6g.16xlarge"
    M6gdLarge "db.m6gd.large" M6gdXlarge "db.m6gd.xlarge" M6gd2xlarge "db.m6gd.2xlarge"
    M6gd4xlarge "db.m6gd.4xlarge" M6gd8xlarge "db.m6gd.8xlarge" M6gd12xlarge "db.m6gd.12xlarge"
    M6gd16xlarge "db.m6gd.16xlarge"
    M6iLarge "db.m6i.large" M6iXlarge "db.m6i.xlarge" M6i2xlarge "db.m6i.2xlarge"
    M6i4xlarge "db.m6i.4xlarge" M6i8xlarge "db.m6i.8xlarge" M6i12xlarge "db.m6i.12xlarge"
    M6i16xlarge "db.m6i.16xlarge" M6i24xlarge "db.m6i.24xlarge" M6i32xlarge "db.m6i.32xlarge"
    M6idLarge "db.m6id.large" M6idXlarge "db.m6id.xlarge" M6id2xlarge "db.m6id.2xlarge"
    M6id4xlarge "db.m6id.4xlarge" M6id8xlarge "db.m6id.8xlarge" M6id12xlarge "db.m6id.12xlarge"
    M6id16xlarge "db.m6id.16xlarge" M6id24xlarge "db.m6id.24xlarge" M6id32xlarge "db.m6id.32xlarge"
    M7gLarge "db.m7g.large" M7gXlarge "db.m7g.xlarge" M7g2xlarge "db.m7g.2xlarge"
    M7g4xlarge "db.m7g.4xlarge" M7g8xlarge "db.m7g.8xlarge" M7g12xlarge "db.m7g.12xlarge"
    M7g16xlarge "db.m7g.16xlarge"
    M7iLarge "db.m7i.large" M7iXlarge "db.m7i.xlarge" M7i2xlarge "db.m7i.2xlarge"
    M7i4xlarge "db.m7i.4xlarge" M7i8xlarge "db.m7i.8xlarge" M7i12xlarge "db.m7i.12xlarge"
    M7i16xlarge "db.m7i.16xlarge" M7i24xlarge "db.m7i.24xlarge" M7i48xlarge "db.m7i.48xlarge"
    M8aLarge "db.m8a.large" M8aXlarge "db.m8a.xlarge" M8a2xlarge "db.m8a.2xlarge"
    M8a4xlarge "db.m8a.4xlarge" M8a8xlarge "db.m8a.8xlarge" M8a12xlarge "db.m8a.12xlarge"
    M8a16xlarge "db.m8a.16xlarge" M8a24xlarge "db.m8a.24xlarge" M8a48xlarge "db.m8a.48xlarge"
    M8gLarge "db.m8g.large" M8gXlarge "db.m8g.xlarge" M8g2xlarge "db.m8g.2xlarge"
    M8g4xlarge "db.m8g.4xlarge" M8g8xlarge "db.m8g.8xlarge" M8g12xlarge "db.m8g.12xlarge"
    M8g16xlarge "db.m8g.16xlarge" M8g24xlarge "db.m8g.24xlarge" M8g48xlarge "db.m8g.48xlarge"
    M8gdLarge "db.m8gd.large" M8gdXlarge "db.m8gd.xlarge" M8gd2xlarge "db.m8gd.2xlarge"
    M8gd4xlarge "db.m8gd.4xlarge" M8gd8xlarge "db.m8gd.8xlarge" M8gd12xlarge "db.m8gd.12xlarge"
    M8gd16xlarge "db.m8gd.16xlarge" M8gd24xlarge "db.m8gd.24xlarge" M8gd48xlarge "db.m8gd.48xlarge"
    R6gLarge "db.r6g.large" R6gXlarge "db.r6g.xlarge" R6g2xlarge "db.r6g.2xlarge"
    R6g4xlarge "db.r6g.4xlarge" R6g8xlarge "db.r6g.8xlarge" R6g12xlarge "db.r6g.12xlarge"
    R6g16xlarge "db.r6g.16xlarge"
    R6gdLarge "db.r6gd.large" R6gdXlarge "db.r6gd.xlarge" R6gd2xlarge "db.r6gd.2xlarge"
    R6gd4xlarge "db.r6gd.4xlarge" R6gd8xlarge "db.r6gd.8xlarge" R6gd12xlarge "db.r6gd.12xlarge"
    R6gd16xlarge "db.r6gd.16xlarge"
    R6iLarge "db.r6i.large" R6iXlarge "db.r6i.xlarge" R6i2xlarge "db.r6i.2xlarge"
    R6i4xlarge "db.r6i.4xlarge" R6i8xlarge "db.r6i.8xlarge" R6i12xlarge "db.r6i.12xlarge"
    R6i16xlarge "db.r6i.16xlarge" R6i24xlarge "db.r6i.24xlarge" R6i32xlarge "db.r6i.32xlarge"
    R6idLarge "db.r6id.large" R6idXlarge "db.r6id.xlarge" R6id2xlarge "db.r6id.2xlarge"
    R6id4xlarge "db.r6id.4xlarge" R6id8xlarge "db.r6id.8xlarge" R6id12xlarge "db.r6id.12xlarge"
    R6id16xlarge "db.r6id.16xlarge" R6id24xlarge "db.r6id.24xlarge" R6id32xlarge "db.r6id.32xlarge"
    R7gLarge "db.r7g.large" R7gXlarge "db.r7g.xlarge" R7g2xlarge "db.r7g.2xlarge"
    R7g4xlarge "db.r7g.4xlarge" R7g8xlarge "db.r7g.8xlarge" R7g12xlarge "db.r7g.12xlarge"
    R7g16xlarge "db.r7g.16xlarge"
    R7iLarge "db.r7i.large" R7iXlarge "db.r7i.xlarge" R7i2xlarge "db.r7i.2xlarge"
    R7i4xlarge "db.r7i.4xlarge" R7i8xlarge "db.r7i.8xlarge" R7i12xlarge "db.r7i.12xlarge"
    R7i16xlarge "db.r7i.16xlarge" R7i24xlarge "db.r7i.24xlarge" R7i48xlarge "db.r7i.48xlarge"
    R8aLarge "db.r8a.large" R8aXlarge "db.r8a.xlarge" R8a2xlarge "db.r8a.2xlarge"
    R8a4xlarge "db.r8a.4xlarge" R8a8xlarge "db.r8a.8xlarge" R8a12xlarge "db.r8a.12xlarge"
    R8a16xlarge "db.r8a.16xlarge" R8a24xlarge "db.r8a.24xlarge" R8a48xlarge "db.r8a.48xlarge"
    R8gLarge "db.r8g.large" R8gXlarge "db.r8g.xlarge" R8g2xlarge "db.r8g.2xlarge"
    R8g4xlarge "db.r8g.4xlarge" R8g8xlarge "db.r8g.8xlarge" R8g12xlarge "db.r8g.12xlarge"
    R8g16xlarge "db.r8g.16xlarge" R8g24xlarge "db.r8g.24xlarge" R8g48xlarge "db.r8g.48xlarge"
    R8gdLarge "db.r8gd.large" R8gdXlarge "db.r8gd.xlarge" R8gd2xlarge "db.r8gd.2xlarge"
    R8gd4xlarge "db.r8gd.4xlarge" R8gd8xlarge "db.r8gd.8xlarge" R8gd12xlarge "db.r8gd.12xlarge"
    R8gd16xlarge "db.r8gd.16xlarge" R8gd24xlarge "db.r8gd.24xlarge" R8gd48xlarge "db.r8gd.48xlarge"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_named_as_rds_names_it() {
        assert_eq!(AuroraInstanceClass::R8g2xlarge.to_string(), "db.r8g.2xlarge");
        assert_eq!(RdsInstanceClass::T4gMicro.to_string(), "db.t4g.micro");
        for class in RdsInstanceClass::ALL {
            assert!(class.name().starts_with("db.") && class.name().split('.').count() == 3);
        }
    }
}

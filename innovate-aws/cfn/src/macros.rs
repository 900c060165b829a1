//! What the generated files are made of: one line a property, and no derive.

/// A resource type.
macro_rules! resource {
    (
        $name:ident $handle:ident $id:ty, $type_name:literal $page:literal
        required { $($required:ident $required_name:literal $required_kind:ty,)* }
        optional { $($optional:ident $optional_name:literal $optional_kind:ty,)* }
        attributes { $($attribute:ident $attribute_name:literal $attribute_kind:ty,)* }
    ) => {
        #[doc = concat!("`", $type_name, "`: [its page](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/", $page, ".html).")]
        #[must_use = "a resource is in no stack until it is added to one"]
        pub struct $name($crate::macros::Draft);

        impl $name {
            #[doc = concat!("A new `", $type_name, "`.", $("\n* `", $required_name, "` is required",)*)]
            pub fn new($($required: impl $crate::macros::Gives<$required_kind>),*) -> Self {
                Self($crate::macros::Draft::default()$(.with::<$required_kind>($required_name, $required))*)
            }
            $(
                #[doc = concat!("Sets `", $optional_name, "`.")]
                pub fn $optional(self, value: impl $crate::macros::Gives<$optional_kind>) -> Self {
                    Self(self.0.with::<$optional_kind>($optional_name, value))
                }
            )*
        }

        impl $crate::macros::ResourceType for $name {
            const TYPE: &'static str = $type_name;
            type Ref = $handle;

            fn draft(&mut self) -> &mut $crate::macros::Draft {
                &mut self.0
            }

            fn into_draft(self) -> $crate::macros::Draft {
                self.0
            }
        }

        impl Clone for $name {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }

        impl $crate::macros::Debug for $name {
            fn fmt(&self, f: &mut $crate::macros::Formatter<'_>) -> $crate::macros::FormatResult {
                self.0.fmt(f)
            }
        }

        impl $crate::Identified for $name {
            type Id = $id;
        }

        #[doc = concat!("A `", $type_name, "` that is in a stack.")]
        pub type $handle = $crate::Handle<$name>;

        impl $handle {
            $(
                #[doc = concat!("`Fn::GetAtt` of `", $attribute_name, "`.")]
                pub fn $attribute(&self) -> $crate::macros::Value<$attribute_kind> {
                    self.attribute($attribute_name)
                }
            )*
        }
    };
}

/// A nested property of a resource.
macro_rules! property {
    (
        $name:ident $page:literal
        required { $($required:ident $required_name:literal $required_kind:ty,)* }
        optional { $($optional:ident $optional_name:literal $optional_kind:ty,)* }
    ) => {
        #[doc = concat!("`", stringify!($name), "`: [its page](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/", $page, ".html).")]
        #[must_use]
        pub struct $name($crate::macros::Properties);

        impl $name {
            #[doc = concat!("A new `", stringify!($name), "`.", $("\n* `", $required_name, "` is required",)*)]
            pub fn new($($required: impl $crate::macros::Gives<$required_kind>),*) -> Self {
                Self($crate::macros::Properties::new()$(.with::<$required_kind>($required_name, $required))*)
            }
            $(
                #[doc = concat!("Sets `", $optional_name, "`.")]
                pub fn $optional(self, value: impl $crate::macros::Gives<$optional_kind>) -> Self {
                    Self(self.0.with::<$optional_kind>($optional_name, value))
                }
            )*
        }

        impl Clone for $name {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }

        impl $crate::macros::Debug for $name {
            fn fmt(&self, f: &mut $crate::macros::Formatter<'_>) -> $crate::macros::FormatResult {
                self.0.fmt(f)
            }
        }

        #[diagnostic::do_not_recommend]
        impl $crate::macros::Gives<$name> for $name {
            fn give(self) -> $crate::macros::Value<$name> {
                $crate::macros::Value::from_node(self.0.into_node())
            }
        }
    };
}

/// An enumeration of texts: closed to typing errors, open to what AWS adds later.
macro_rules! enumeration {
    ($name:ident $($constant:ident $value:literal,)*) => {
        #[doc = concat!("The values of `", stringify!($name), "`.")]
        pub enum $name {}

        impl $name {
            $(
                #[doc = concat!("`", $value, "`.")]
                pub const $constant: $crate::macros::Literal<$name> = $crate::macros::Literal::new($value);
            )*
            /// A value that this version doesn't know.
            pub fn custom(value: impl Into<$crate::macros::Str>) -> $crate::macros::Value<$name> {
                $crate::macros::Value::literal(value)
            }
        }

        impl $crate::macros::Kind for $name {}
        impl $crate::macros::TextLike for $name {}
    };
}

/// An enumeration of whole numbers.
macro_rules! integers {
    ($name:ident $($constant:ident $value:literal,)*) => {
        #[doc = concat!("The values of `", stringify!($name), "`.")]
        pub enum $name {}

        impl $name {
            $(
                #[doc = concat!("`", $value, "`.")]
                pub const $constant: $crate::macros::IntegerLiteral<$name> = $crate::macros::IntegerLiteral::new($value);
            )*
            /// A value that this version doesn't know.
            pub fn custom(value: i64) -> $crate::macros::Value<$name> {
                $crate::macros::Value::from_node($crate::macros::Node::Integer(value))
            }
        }

        impl $crate::macros::Kind for $name {}
    };
}

/// A meaning whose literals are text.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl $name {
            /// One that exists outside the program. The check compares it with the pattern that the
            /// registry's schema gives.
            pub fn literal(text: impl Into<$crate::macros::Str>) -> $crate::macros::Value<Self> {
                $crate::macros::Value::literal(text)
            }
        }

        impl $crate::macros::Kind for $name {}
        impl $crate::macros::TextLike for $name {}
    )*};
}

pub(crate) use std::fmt::{Debug, Formatter, Result as FormatResult};

pub(crate) use innovate_core::{
    Draft, Gives, Literal, Node, Properties, ResourceType, Str, Value,
    value::{IntegerLiteral, Kind, TextLike},
};

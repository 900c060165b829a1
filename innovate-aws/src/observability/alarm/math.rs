//! Arithmetic over metrics.

use std::ops::{Add, Div, Mul, Sub};

use super::Signal;
use crate::observability::{Measure, Metric};

/// A number reckoned from metrics, written as arithmetic: `errors / requests * 100.0`.
///
/// All of its metrics are looked at over the alarm's own period.
///
/// Source: "Using math expressions with CloudWatch metrics", Amazon CloudWatch User Guide.
#[derive(Clone, Debug, PartialEq)]
pub struct Math(Term);

#[derive(Clone, Debug, PartialEq)]
enum Term {
    Measure(Measure),
    Number(f64),
    Filled(Box<Term>, f64),
    Both(Box<Term>, char, Box<Term>),
}

impl Math {
    /// The same, where periods without data count as `value`.
    #[must_use]
    pub fn or_else(self, value: f64) -> Self {
        Self(Term::Filled(Box::new(self.0), value))
    }

    /// The expression, and the measures that it calls `m1`, `m2` and so on. One that stands in it
    /// twice has one name.
    pub(crate) fn written(&self) -> (String, Vec<&Measure>) {
        self.written_as("m")
    }

    /// The same, with names that begin otherwise.
    pub(crate) fn written_as(&self, prefix: &str) -> (String, Vec<&Measure>) {
        let mut measures = Vec::new();
        let expression = self.0.written(prefix, &mut measures);
        (expression, measures)
    }

    /// The metrics that it is reckoned from.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.written().1.into_iter().map(Measure::metric)
    }

    fn both(self, operator: char, other: Self) -> Self {
        Self(Term::Both(Box::new(self.0), operator, Box::new(other.0)))
    }
}

impl Term {
    fn written<'a>(&'a self, prefix: &str, measures: &mut Vec<&'a Measure>) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Measure(measure) => {
                let known = measures.iter().position(|known| *known == measure);
                let at = known.unwrap_or_else(|| {
                    measures.push(measure);
                    measures.len() - 1
                });
                format!("{prefix}{}", at + 1)
            }
            Self::Filled(term, value) => {
                format!("FILL({}, {value})", term.written(prefix, measures))
            }
            Self::Both(left, operator, right) => {
                let left = left.written(prefix, measures);
                format!("({left} {operator} {})", right.written(prefix, measures))
            }
        }
    }
}

impl From<Measure> for Math {
    fn from(measure: Measure) -> Self {
        Self(Term::Measure(measure))
    }
}

impl From<f64> for Math {
    fn from(number: f64) -> Self {
        Self(Term::Number(number))
    }
}

impl From<Math> for Signal {
    fn from(math: Math) -> Self {
        Self::Math(math)
    }
}

macro_rules! operators {
    ($($operator:ident $method:ident $sign:literal)*) => {$(
        impl<R: Into<Math>> $operator<R> for Math {
            type Output = Math;

            fn $method(self, other: R) -> Math {
                self.both($sign, other.into())
            }
        }

        impl<R: Into<Math>> $operator<R> for Measure {
            type Output = Math;

            fn $method(self, other: R) -> Math {
                Math::from(self).both($sign, other.into())
            }
        }
    )*};
}
operators! {
    Add add '+'
    Sub sub '-'
    Mul mul '*'
    Div div '/'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_written_with_a_name_for_each_measure() {
        let errors = || Metric::new("AWS/Test", "Errors", []).sum();
        let calls = || Metric::new("AWS/Test", "Calls", []).sum();
        let share = errors().or_else(0.0) / (calls() + errors()) * 100.0;
        let (expression, measures) = share.written();
        assert_eq!(expression, "((FILL(m1, 0) / (m2 + m1)) * 100)");
        assert_eq!(measures, [&errors(), &calls()]);
        assert_eq!((calls() - 0.5).written().0, "(m1 - 0.5)");
    }
}

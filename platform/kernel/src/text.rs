//! Texts: letters that cannot be shown, and enums that are one word in JSON, in the database and in messages.

/// Whether a letter shows nothing of itself and is no text for people: control letters, and those that turn the
/// direction of what follows, by which a name on a board could pass for another. Line ends are such letters, too.
///
/// ```
/// use usher_kernel::is_unshowable;
/// assert!(['\u{7}', '\n', '\u{202e}', '\u{2066}'].into_iter().all(is_unshowable));
/// assert!(['a', 'ب', '\u{200d}', '\u{200f}'].into_iter().all(|letter| !is_unshowable(letter)));
/// ```
pub fn is_unshowable(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Declares an enum whose variants are words:
///
/// ```
/// usher_kernel::text_enum! {
///     /// Whether a queue takes people.
///     pub enum QueueStatus {
///         /// It does.
///         Open = "open",
///         /// It does not.
///         Closed = "closed",
///     }
/// }
/// assert_eq!(QueueStatus::Open.as_str(), "open");
/// assert_eq!("closed".parse(), Ok(QueueStatus::Closed));
/// ```
///
/// It gets `as_str`, `ALL`, `FromStr`, `Display`, serde and `JsonSchema`, and is `Copy`, `Eq`, `Ord`
/// (in the written order) and `Hash`.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$vmeta])* $variant),+ }

        #[allow(dead_code, unreachable_pub, reason = "not every enum uses every part, and some are private")]
        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;
            fn from_str(word: &str) -> ::std::result::Result<Self, $crate::UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownWord { word: word.to_owned(), known: &[$($word),+] }),
                }
            }
        }
        impl $crate::macro_support::serde::Serialize for $name {
            fn serialize<S: $crate::macro_support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> $crate::macro_support::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::macro_support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                use $crate::macro_support::serde::de::Error;
                let word = <::std::borrow::Cow<'de, str> as $crate::macro_support::serde::Deserialize>::deserialize(
                    deserializer,
                )?;
                word.parse().map_err(D::Error::custom)
            }
        }
        impl $crate::macro_support::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($name))
            }
            fn json_schema(
                _: &mut $crate::macro_support::schemars::SchemaGenerator,
            ) -> $crate::macro_support::schemars::Schema {
                $crate::macro_support::schemars::json_schema!({ "type": "string", "enum": [$($word),+] })
            }
        }
    };
}

/// A word that names no variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// What was given.
    pub word: String,
    /// What would have been understood.
    pub known: &'static [&'static str],
}

impl std::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} is none of {}", self.word, self.known.join(", "))
    }
}

impl std::error::Error for UnknownWord {}

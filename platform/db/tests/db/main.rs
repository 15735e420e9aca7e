//! The database layer on both engines.

#[cfg(test)]
mod doubt;
#[cfg(test)]
mod failing;
#[cfg(test)]
mod grouping;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod values;

//! What an installation decides about its HTTP side.

use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;

use crate::limit::Rates;

/// A network of addresses, `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    base: u128,
    mask: u128,
}

impl Network {
    /// Whether `ip` lies in it.
    pub fn contains(&self, ip: IpAddr) -> bool {
        wide(ip) & self.mask == self.base
    }
}

impl std::str::FromStr for Network {
    type Err = String;

    /// Reads `address` or `address/bits`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not an address or a network such as 10.0.0.0/8");
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let ip: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let full: u32 = if ip.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.trim().parse::<u32>().ok().filter(|b| *b <= full).ok_or_else(wrong)?,
            None => full,
        };
        let mask = match full - bits {
            128 => 0,
            host => u128::MAX << host,
        };
        Ok(Self { base: wide(ip) & mask, mask })
    }
}

impl TryFrom<String> for Network {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// An address in the IPv6 space, IPv4 as the mapped range.
fn wide(ip: IpAddr) -> u128 {
    match ip.to_canonical() {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// What an installation decides about its HTTP side.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed.
    pub trusted_proxies: Vec<Network>,
    /// Origins that may call from a browser, beside our own: `https://shop.example`.
    pub cors_origins: Vec<String>,
    /// Host names that are answered, `.example` for a domain and all below it; empty: any.
    pub allowed_hosts: Vec<String>,
    /// The domain below which a subdomain names the tenant: `queue.example`.
    pub base_domain: Option<String>,
    /// Send HSTS: the installation is served over TLS.
    pub hsts: bool,
    /// Log every request, not only failed and slow ones.
    pub access_log: bool,
    /// The largest request body in bytes, where a route says nothing else.
    pub body_limit: usize,
    /// How long a request may take, where a route says nothing else.
    pub timeout: Duration,
    /// How many requests may run at once before new ones are answered with 503.
    pub concurrency: usize,
    /// How often a caller may ask.
    pub rates: Rates,
    /// The product's version, for the API description.
    pub version: &'static str,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            allowed_hosts: Vec::new(),
            base_domain: None,
            hsts: false,
            access_log: false,
            body_limit: 1024 * 1024,
            timeout: Duration::from_secs(30),
            concurrency: 4_096,
            rates: Rates::default(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

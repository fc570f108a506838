//! What a process has used so far, as Linux counts it.

use crate::Failure;

/// CPU time and memory of a process.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// User and system time, in seconds; counted in hundredths.
    pub(crate) cpu_seconds: f64,
    /// Resident memory, in bytes.
    pub(crate) rss: u64,
}

/// What process `pid` has used.
pub(crate) fn of(pid: u32) -> Result<Usage, Failure> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name before it may hold anything.
    let fields = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect::<Vec<_>>());
    let fields = fields.unwrap_or_default();
    let number = |at: usize| fields.get(at).copied().unwrap_or_default().parse::<u32>();
    // Clock ticks of 10 ms and pages of 4 KiB, as on every Linux this runs on.
    let cpu_seconds = (f64::from(number(11)?) + f64::from(number(12)?)) / 100.0;
    Ok(Usage { cpu_seconds, rss: u64::from(number(21)?) * 4_096 })
}

/// What the kernel holds for all TCP sockets of this machine, in bytes.
pub(crate) fn sockets() -> Result<u64, Failure> {
    let all = std::fs::read_to_string("/proc/net/sockstat")?;
    let tcp = all.lines().find(|line| line.starts_with("TCP:")).unwrap_or_default();
    let pages = tcp.rsplit_once(" mem ").map_or("0", |(_, pages)| pages);
    Ok(pages.trim().parse::<u64>()? * 4_096)
}

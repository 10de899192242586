//! Busy processes that are killed at random.

use crate::kills::{Manner, Victim};
use crate::support::{Folder, namespaces};

/// The manners of processes that are busy at the same time.
pub(crate) fn company() -> Vec<Manner> {
    let mut company = vec![Manner::Zombie, Manner::WithoutDescriptors, Manner::Reaped];
    if namespaces::can_be_made() {
        company.extend([true, false].map(|own_proc| Manner::Elsewhere { own_proc }));
    } else {
        println!("no busy process is in another pid namespace: none can be made here");
    }
    company
}

/// Three processes that are alive, and work.
pub(crate) struct Busy<'a> {
    role: &'static str,
    folder: &'a Folder,
    manners: Vec<Manner>,
    processes: Vec<Victim>,
    started: usize,
    /// So many were killed.
    pub(crate) kills: u32,
}

/// Those that were killed and are to be replaced, by number.
pub(crate) type Dying = Vec<usize>;

impl<'a> Busy<'a> {
    pub(crate) fn new(role: &'static str, folder: &'a Folder, manners: Vec<Manner>) -> Self {
        let processes = Vec::new();
        let mut busy = Self { role, folder, manners, processes, started: 0, kills: 0 };
        for _ in 0..3 {
            let process = busy.start();
            busy.processes.push(process);
        }
        busy
    }

    /// Each dies in another manner than the one before.
    fn start(&mut self) -> Victim {
        let folder = self.folder.path().to_str().expect("it is text");
        self.started += 1;
        let variables = [("SHM_FOLDER", folder), ("SHM_POINT", "none")];
        let manner = self.manners[self.started % self.manners.len()];
        Victim::start(self.role, manner, &variables)
    }

    /// Kills so many of them. Half of the times it is not sure that they are dead when this returns.
    pub(crate) fn kill(&mut self, count: u32) -> Dying {
        let dying: Dying = (self.kills..self.kills + count).map(|kill| kill as usize % 3).collect();
        for number in &dying {
            let process = &mut self.processes[*number];
            assert!(process.is_alive(), "a process found what must not be");
            process.kill();
            if self.kills.is_multiple_of(2) {
                process.expect_killed("at random");
            }
        }
        self.kills += count;
        dying
    }

    /// Kills all that are left.
    pub(crate) fn end(mut self) {
        for number in self.kill(3) {
            self.processes[number].expect_killed("at random");
        }
    }

    /// Starts others in the place of the dead.
    pub(crate) fn replace(&mut self, dying: Dying) {
        for number in dying {
            self.processes[number].expect_killed("at random");
            // Until now, it may have been a zombie.
            self.processes[number] = self.start();
        }
    }
}

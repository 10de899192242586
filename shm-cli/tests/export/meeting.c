/* Takes the locks of a region together with Rust processes.
 *
 * usage: meeting REGION                 with commands on the standard input, one a line; an answer to each
 *        meeting REGION WORK COUNT      so many turns of some work: add, pair, slots, store, step
 *        meeting REGION busy            turns of all kinds, until it is killed */
#include "meeting.h"

#include <pthread.h>
#include <sys/wait.h>

#define CHECK(fact)                                                                                \
    do {                                                                                           \
        if (!(fact)) {                                                                             \
            fprintf(stderr, "line %d: not so: %s\n", __LINE__, #fact);                             \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

/* What the functions give that need one. */
static meeting_region region;
static char **program;
static meeting_permit permit;
static meeting_member member;
static uint32_t ticket;

static const char *word_of(meeting_error error)
{
    switch (error) {
    case MEETING_OK: return "OK";
    case MEETING_OWNER_DIED: return "OWNER_DIED";
    case MEETING_BUSY: return "BUSY";
    case MEETING_WOULD_DEADLOCK: return "WOULD_DEADLOCK";
    case MEETING_LOST: return "LOST";
    case MEETING_NOT_HELD: return "NOT_HELD";
    case MEETING_BROKEN: return "BROKEN";
    case MEETING_TOO_MANY_PARTICIPANTS: return "TOO_MANY_PARTICIPANTS";
    case MEETING_OBSTRUCTED: return "OBSTRUCTED";
    case MEETING_INVALID_VALUE: return "INVALID_VALUE";
    default: return meeting_error_text(error);
    }
}

/* The same versions as those of the Rust process. */
static meeting_version version_of(uint64_t number)
{
    meeting_version version;
    memset(&version, 0xa5, sizeof version); /* also the padding */
    version.number = number;
    version.is_odd = number % 2 != 0;
    for (size_t at = 0; at < 6; at++)
        version.copies[at] = number;
    for (size_t at = 0; at < 3; at++)
        version.modes[at] = number % 2 == 0 ? MEETING_MODE_IDLE : MEETING_MODE_MEASURING;
    version.last = 0xe4;
    version.name.len = (uint32_t)snprintf((char *)version.name.bytes, 12, "v%u", (unsigned)(number % 1000));
    for (size_t at = 0; at < 2; at++) {
        version.parts[at].small = (uint8_t)(number & 255u);
        version.parts[at].large = (uint32_t)number;
    }
    return version;
}

static meeting_error lock_or_repair_pair(meeting *all, meeting_locks *locks)
{
    bool owner_died = false;
    meeting_error error = meeting_write_pair(all, locks);
    if (error != MEETING_OWNER_DIED)
        return error;
    error = meeting_write_as_found_pair(all, locks, &owner_died);
    meeting_pair *pair = meeting_at_pair_locked(all, locks);
    if (error != MEETING_OK || pair == NULL)
        return error;
    if (owner_died) {
        meeting_pair_set_right_locked(pair, meeting_pair_get_left_locked(pair));
        CHECK(meeting_mark_consistent_pair(all, locks) == MEETING_OK);
    }
    return error;
}

static meeting_error lock_or_repair_account(meeting *all, meeting_locks *locks)
{
    bool owner_died = false;
    meeting_error error = meeting_lock_account(all, locks);
    if (error != MEETING_OWNER_DIED)
        return error;
    error = meeting_lock_as_found_account(all, locks, &owner_died);
    meeting_pair *pair = meeting_at_account_locked(all, locks);
    if (error == MEETING_OK && pair != NULL && owner_died) {
        meeting_pair_set_right_locked(pair, meeting_pair_get_left_locked(pair));
        CHECK(meeting_mark_consistent_account(all, locks) == MEETING_OK);
    }
    return error;
}

static void add(meeting *all, meeting_locks *locks)
{
    uint64_t value;
    CHECK(meeting_lock_counter(all, locks) == MEETING_OK);
    CHECK(meeting_get_counter_locked(all, locks, &value) == MEETING_OK);
    CHECK(meeting_set_counter_locked(all, locks, value + 1) == MEETING_OK);
    CHECK(meeting_unlock_counter(all, locks) == MEETING_OK);
}

static void change(meeting_pair *pair)
{
    CHECK(meeting_pair_get_left_locked(pair) == meeting_pair_get_right_locked(pair));
    meeting_pair_fetch_add_left_locked(pair, 1);
    meeting_pair_fetch_add_right_locked(pair, 1);
}

static void write_pair(meeting *all, meeting_locks *locks)
{
    CHECK(lock_or_repair_pair(all, locks) == MEETING_OK);
    change(meeting_at_pair_locked(all, locks));
    CHECK(meeting_unlock_pair(all, locks) == MEETING_OK);
}

static void read_pair(meeting *all, meeting_locks *locks)
{
    const meeting_error error = meeting_read_pair(all, locks);
    if (error == MEETING_OWNER_DIED)
        return;
    CHECK(error == MEETING_OK);
    const meeting_pair *pair = meeting_const_at_pair_locked(all, locks);
    CHECK(pair != NULL && meeting_at_pair_locked(all, locks) == NULL);
    CHECK(meeting_pair_get_left_locked(pair) == meeting_pair_get_right_locked(pair));
    CHECK(meeting_unlock_pair(all, locks) == MEETING_OK);
}

static void book(meeting *all, meeting_locks *locks)
{
    CHECK(lock_or_repair_account(all, locks) == MEETING_OK);
    change(meeting_at_account_locked(all, locks));
    CHECK(meeting_unlock_account(all, locks) == MEETING_OK);
}

static void pass_slots(meeting *all, meeting_locks *locks, bool counts)
{
    meeting_permit own;
    CHECK(meeting_acquire_slots(all, locks, &own) == MEETING_OK);
    if (counts) {
        CHECK(meeting_fetch_add_inside(all, 1) < 2);
        meeting_fetch_add_turns(all, 1);
        meeting_fetch_add_inside(all, UINT32_MAX);
    }
    CHECK(meeting_release_slots(all, locks, &own) == MEETING_OK);
}

static void store(meeting *all, meeting_locks *locks)
{
    const meeting_version version = version_of(meeting_fetch_add_turns(all, 1));
    CHECK(meeting_store_version(all, locks, &version) == MEETING_OK);
    CHECK(meeting_push_trail(all, locks, &version) == MEETING_OK);
    CHECK(meeting_store_news(all, locks, &version) == MEETING_OK);
}

static void work(const char *kind, meeting *all, meeting_locks *locks, size_t turn)
{
    if (strcmp(kind, "add") == 0) {
        add(all, locks);
    } else if (strcmp(kind, "pair") == 0) {
        if (turn % 4 == 0)
            write_pair(all, locks);
        else
            read_pair(all, locks);
    } else if (strcmp(kind, "slots") == 0) {
        pass_slots(all, locks, true);
    } else {
        CHECK(strcmp(kind, "store") == 0);
        store(all, locks);
    }
}

struct order {
    const char *kind;
    size_t count;
};

/* One of two threads, which do the same. */
static void *be_a_thread(void *order_)
{
    const struct order *order = (const struct order *)order_;
    for (size_t turn = 0; turn < order->count; turn++)
        work(order->kind, region.value, &region.locks, turn);
    return NULL;
}

static int work_in_two_threads(const char *kind, size_t count)
{
    struct order order = { kind, count };
    pthread_t other;
    CHECK(pthread_create(&other, NULL, be_a_thread, &order) == 0);
    be_a_thread(&order);
    CHECK(pthread_join(other, NULL) == 0);
    meeting_close(&region);
    return 0;
}

static int step(size_t count)
{
    bool completed;
    CHECK(meeting_join_step(region.value, &region.locks, &member) == MEETING_OK);
    for (size_t phase = 1; phase <= count; phase++) {
        meeting_fetch_add_turns(region.value, 1);
        CHECK(meeting_wait_step(region.value, &region.locks, &member, &completed) == MEETING_OK);
        CHECK(meeting_get_turns(region.value) >= 2 * phase);
        CHECK(meeting_wait_step(region.value, &region.locks, &member, &completed) == MEETING_OK);
    }
    CHECK(meeting_leave_step(region.value, &region.locks, &member) == MEETING_OK);
    meeting_close(&region);
    return 0;
}

static void be_busy(void)
{
    meeting *all = region.value;
    meeting_locks *locks = &region.locks;
    for (size_t turn = (size_t)getpid();; turn++) {
        switch (turn % 8) {
        case 0: write_pair(all, locks); break;
        case 1: book(all, locks); break;
        case 2: pass_slots(all, locks, false); break;
        case 3: store(all, locks); break;
        case 4: meeting_notify_all_ready(all); break;
        default: read_pair(all, locks); break;
        }
    }
}

static const char *found(meeting_error error, bool owner_died)
{
    if (error != MEETING_OK)
        return word_of(error);
    return owner_died ? "OK, its owner died" : "OK";
}

/* The commands about the mutex `counter`. */
static const char *about_counter(const char *line, meeting *all, meeting_locks *locks)
{
    static char answer[32];
    bool owner_died = false;
    uint64_t number = 0;
    if (strcmp(line, "lock") == 0)
        return word_of(meeting_lock_counter(all, locks));
    if (strcmp(line, "try") == 0)
        return word_of(meeting_try_lock_counter(all, locks));
    if (strcmp(line, "soon") == 0)
        return word_of(meeting_lock_timeout_counter(all, locks, 1000000));
    if (strcmp(line, "found") == 0) {
        const meeting_error error = meeting_lock_as_found_counter(all, locks, &owner_died);
        return found(error, owner_died);
    }
    if (strcmp(line, "consistent") == 0)
        return word_of(meeting_mark_consistent_counter(all, locks));
    if (strcmp(line, "unlock") == 0)
        return word_of(meeting_unlock_counter(all, locks));
    if (strcmp(line, "get") == 0) {
        const meeting_error error = meeting_get_counter_locked(all, locks, &number);
        snprintf(answer, sizeof answer, "%lu", (unsigned long)number);
        return error == MEETING_OK ? answer : word_of(error);
    }
    if (strcmp(line, "lane 2") == 0)
        return word_of(meeting_lock_lanes(all, 2, locks));
    if (strcmp(line, "lane 3") == 0)
        return meeting_lock_lanes(all, 3, locks) == MEETING_OUT_OF_BOUNDS ? "OUT_OF_BOUNDS" : "another";
    return sscanf(line, "set %lu", &number) == 1 ? word_of(meeting_set_counter_locked(all, locks, number)) : NULL;
}

/* Those about the lock `pair` and the number behind `level`. */
static const char *about_pair(const char *line, meeting *all, meeting_locks *locks)
{
    bool owner_died = false;
    if (strcmp(line, "read") == 0)
        return word_of(meeting_read_pair(all, locks));
    if (strcmp(line, "write") == 0)
        return word_of(meeting_write_pair(all, locks));
    if (strcmp(line, "try read") == 0)
        return word_of(meeting_try_read_pair(all, locks));
    if (strcmp(line, "try write") == 0)
        return word_of(meeting_try_write_pair(all, locks));
    if (strcmp(line, "write soon") == 0)
        return word_of(meeting_write_timeout_pair(all, locks, 1000000));
    if (strcmp(line, "read found") == 0) {
        const meeting_error error = meeting_read_as_found_pair(all, locks, &owner_died);
        return found(error, owner_died);
    }
    if (strcmp(line, "write found") == 0) {
        const meeting_error error = meeting_write_as_found_pair(all, locks, &owner_died);
        return found(error, owner_died);
    }
    if (strcmp(line, "tear") == 0) {
        meeting_pair *pair = meeting_at_pair_locked(all, locks);
        if (pair != NULL)
            meeting_pair_fetch_add_left_locked(pair, 1);
        return pair == NULL ? "NULL" : "OK";
    }
    if (strcmp(line, "pair consistent") == 0)
        return word_of(meeting_mark_consistent_pair(all, locks));
    return strcmp(line, "leave") == 0 ? word_of(meeting_unlock_pair(all, locks)) : NULL;
}

/* Those about permits and members. */
static const char *about_seats(const char *line, meeting *all, meeting_locks *locks)
{
    bool completed = false;
    meeting_error error;
    if (strcmp(line, "acquire") == 0 || strcmp(line, "try acquire") == 0 || strcmp(line, "acquire soon") == 0) {
        error = line[0] == 't' ? meeting_try_acquire_slots(all, locks, &permit)
            : line[7] == ' '   ? meeting_acquire_timeout_slots(all, locks, 1000000, &permit)
                               : meeting_acquire_slots(all, locks, &permit);
        return error == MEETING_OK && permit.inherited ? "OK, inherited" : word_of(error);
    }
    if (strcmp(line, "release") == 0)
        return word_of(meeting_release_slots(all, locks, &permit));
    if (strcmp(line, "join") == 0)
        return word_of(meeting_join_step(all, locks, &member));
    if (strcmp(line, "arrive") == 0) {
        error = meeting_wait_step(all, locks, &member, &completed);
        return error == MEETING_OK && completed ? "OK, completed" : word_of(error);
    }
    if (strcmp(line, "arrive soon") == 0)
        return word_of(meeting_wait_timeout_step(all, locks, &member, 1000000, &completed));
    if (strcmp(line, "reset") == 0)
        return word_of(meeting_reset_step(all, locks));
    if (strcmp(line, "abort") == 0)
        return meeting_abort_step(all), "OK";
    return strcmp(line, "quit") == 0 ? word_of(meeting_leave_step(all, locks, &member)) : NULL;
}

/* Those about events and values that are written whole. */
static const char *about_news(const char *line, meeting *all, meeting_locks *locks)
{
    unsigned long number = 0;
    if (strcmp(line, "ticket") == 0)
        return ticket = meeting_count_ready(all), "OK";
    if (strcmp(line, "wait") == 0)
        return meeting_wait_ready(all, ticket), "OK";
    if (strcmp(line, "wait soon") == 0)
        return word_of(meeting_wait_timeout_ready(all, ticket, 1000000));
    if (strcmp(line, "notify one") == 0)
        return meeting_notify_one_asked(all), "OK";
    if (strcmp(line, "notify all") == 0)
        return meeting_notify_all_asked(all), "OK";
    if (sscanf(line, "mode %lu", &number) == 1)
        return meeting_set_mode(all, (uint32_t)number), "OK";
    if (strcmp(line, "mode") == 0) {
        uint32_t changes = meeting_changes_mode(all);
        while (meeting_get_mode(all) != 7) {
            meeting_wait_mode(all, changes);
            changes = meeting_changes_mode(all);
        }
        return "7";
    }
    if (sscanf(line, "speed %lu", &number) == 1)
        return word_of(meeting_store_speed(all, locks, (double)number));
    meeting_version version = version_of(sscanf(line, "version %lu", &number) == 1 ? number : 1);
    if (strcmp(line, "bad mode") == 0)
        version.modes[2] = 1;
    else if (strcmp(line, "bad char") == 0)
        version.last = 0xd800;
    else if (strcmp(line, "bad length") == 0)
        version.name.len = 13;
    else if (strcmp(line, "bad text") == 0)
        version.name.bytes[0] = 0xc0;
    else if (strncmp(line, "version ", 8) != 0)
        return NULL;
    return word_of(meeting_store_version(all, locks, &version));
}

static const char *answer_to(const char *line)
{
    meeting *all = region.value;
    meeting_locks *locks = &region.locks;
    const char *answer = about_counter(line, all, locks);
    answer = answer != NULL ? answer : about_pair(line, all, locks);
    answer = answer != NULL ? answer : about_seats(line, all, locks);
    answer = answer != NULL ? answer : about_news(line, all, locks);
    CHECK(answer != NULL);
    return answer;
}

static void *answer_in_a_thread(void *line)
{
    puts(answer_to((const char *)line));
    return NULL;
}

/* A command by itself; `child` and one: by a forked child, which ends then, or with `killed child` is killed;
 * `thread` and one: by another thread. */
static void obey(char *line)
{
    pthread_t other;
    const bool is_killed = strncmp(line, "killed ", 7) == 0;
    line += is_killed ? 7 : 0;
    if (strncmp(line, "child ", 6) == 0) {
        fflush(stdout);
        const pid_t child = fork();
        if (child == 0) {
            puts(answer_to(line + 6));
            fflush(stdout);
            if (is_killed)
                kill(getpid(), SIGKILL);
            meeting_close(&region);
            _exit(0);
        }
        CHECK(child > 0 && waitpid(child, NULL, 0) == child);
    } else if (strncmp(line, "thread ", 7) == 0) {
        CHECK(pthread_create(&other, NULL, answer_in_a_thread, line + 7) == 0);
        CHECK(pthread_join(other, NULL) == 0);
    } else if (strcmp(line, "close") == 0) {
        meeting_close(&region);
        puts("OK");
    } else if (strcmp(line, "close files") == 0) {
        for (int file = 3; file < 64; file++)
            close(file);
        puts("OK");
    } else if (strcmp(line, "exec") == 0) {
        puts("OK");
        fflush(stdout);
        execv(program[0], program);
        exit(4);
    } else {
        puts(answer_to(line));
    }
    fflush(stdout);
}

int main(int count, char **arguments)
{
    char line[64];
    program = arguments;
    CHECK(count >= 2 && meeting_open(arguments[1], &region) == MEETING_OK);
    if (count == 4 && strcmp(arguments[2], "step") == 0)
        return step(strtoul(arguments[3], NULL, 10));
    if (count == 4)
        return work_in_two_threads(arguments[2], strtoul(arguments[3], NULL, 10));
    if (count == 3)
        be_busy();
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        obey(line);
    }
    return 0;
}

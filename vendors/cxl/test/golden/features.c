/*
 * Makes samples of features as the tables of CXL 3.2 have them (sections 8.2.10.7.2 and 8.2.10.9.11): each row of a table is a byte array
 * here, so that nothing depends on how a compiler places bit fields. The first byte is the selection that a register adds.
 *
 * cc -o make features.c && ./make FOLDER
 */
#include <stddef.h>
#include "golden.h"

#define SELECTION(n) n
#define WORD(n) (n) & 0xff, (n) >> 8
#define BIT(n) (1 << (n))
#define RESERVED9 0, 0, 0, 0, 0, 0, 0, 0, 0
/* Maximum latency, operations supported, operation mode, class, subclass, nine reserved bytes: the rows that tables 8-128, 8-131 and 8-134 share. */
#define OPERATION(latency, capabilities, mode, class, subclass) latency, WORD(capabilities), WORD(mode), class, subclass, RESERVED9
#define SAMPLE(name, structure, fields, ...) do { \
        static const unsigned char bytes[] = { __VA_ARGS__ }; \
        sample(name, "registers/" name, structure, fields, bytes, sizeof bytes); \
    } while (0)
#define OPERATION_JSON(latency, capabilities, mode, class, subclass) "\"operation\": { \"max_latency\": " #latency ", \"capabilities\": " #capabilities \
    ", \"mode\": " #mode ", \"operation_class\": " #class ", \"operation_subclass\": " #subclass " }, "

int main(int argc, char **argv)
{
    if (argc > 1)
        folder = argv[1];
    SAMPLE("PATROL_SCRUB", "patrol_scrub",
           "{ \"selection\": 1, \"scrub_cycle_capabilities\": 2, \"scrub_cycle\": 36, \"min_scrub_cycle\": 4, \"enabled\": 1, \"more\": \"abcd\" }",
           SELECTION(1), BIT(1), WORD(4 << 8 | 36), BIT(0), 0xab, 0xcd);
    SAMPLE("ECS_CONTROL", "ecs_control",
           "{ \"selection\": 0, \"log_entry_type\": 1, \"frus\": [{ \"realtime_report\": 1, \"threshold\": 5, \"count_mode\": 1, \"reset_counter\": 0, \"flags\": 0 }, "
           "{ \"realtime_report\": 0, \"threshold\": 3, \"count_mode\": 0, \"reset_counter\": 1, \"flags\": 129 }] }",
           SELECTION(0), 1, BIT(0), WORD(5 | BIT(3)), 0, 0, WORD(3 | BIT(4)), 129);
    SAMPLE("SOFT_PPR", "soft_ppr",
           "{ \"selection\": 2, " OPERATION_JSON(33, 1, 0, 1, 0) "\"ppr_flags\": 5, \"restrictions\": 4, \"ppr_mode\": 2, \"more\": \"\" }",
           SELECTION(2), OPERATION(33, BIT(0), 0, 1, 0), BIT(0) | BIT(2), WORD(BIT(2)), BIT(1));
    SAMPLE("HARD_PPR", "hard_ppr",
           "{ \"selection\": 0, " OPERATION_JSON(65, 0, 1, 1, 1) "\"ppr_flags\": 10, \"restrictions\": 1, \"ppr_mode\": 1, \"more\": \"\" }",
           SELECTION(0), OPERATION(65, 0, BIT(0), 1, 1), BIT(1) | BIT(3), WORD(BIT(0)), BIT(0));
    SAMPLE("CACHELINE_SPARING", "cacheline_sparing",
           "{ \"selection\": 0, " OPERATION_JSON(1, 1, 1, 2, 0) "\"restrictions\": 1, \"more\": \"\" }",
           SELECTION(0), OPERATION(1, BIT(0), BIT(0), 2, 0), 0, WORD(BIT(0)));
    SAMPLE("ROW_SPARING", "row_sparing",
           "{ \"selection\": 0, " OPERATION_JSON(2, 0, 0, 2, 1) "\"restrictions\": 6, \"more\": \"\" }",
           SELECTION(0), OPERATION(2, 0, 0, 2, 1), 0, WORD(BIT(1) | BIT(2)));
    SAMPLE("BANK_SPARING", "bank_sparing",
           "{ \"selection\": 0, " OPERATION_JSON(3, 0, 0, 2, 2) "\"restrictions\": 2, \"more\": \"\" }",
           SELECTION(0), OPERATION(3, 0, 0, 2, 2), 0, WORD(BIT(1)));
    SAMPLE("RANK_SPARING", "rank_sparing",
           "{ \"selection\": 0, " OPERATION_JSON(4, 0, 0, 2, 3) "\"restrictions\": 4, \"more\": \"77\" }",
           SELECTION(0), OPERATION(4, 0, 0, 2, 3), 0, WORD(BIT(2)), 0x77);
    SAMPLE("TEST_FEATURE", "test_feature", "{ \"selection\": 2, \"value\": 3735928559, \"more\": \"\" }", SELECTION(2), 0xef, 0xbe, 0xad, 0xde);
    return 0;
}

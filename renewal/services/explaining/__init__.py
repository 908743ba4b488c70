"""Why a permit is in its state: every step, and the clause it rests on."""

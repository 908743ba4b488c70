"""Every threshold of the talk, each once, as the model's probability; docs/evaluation.md shows what each costs."""

SURE = 0.55  # from here on the likeliest topic is answered
CERTAIN = 0.8  # the topic stands even where the text only tells a fact after papers
SECOND = 0.12  # a second topic that is less likely is no real choice
CLEARLY = 2.0  # by so much a topic is ahead of the next one, where the text was taken for talk
CONCERN = 0.3  # beside a day of expiry, what else the text is taken for is answered from here on
EITHER = 0.4  # below it for both together, neither is worth offering
BESIDE = 0.4  # of a text that asks several things at once, each is answered from here on
SEVERAL_CHARS = 5  # a shorter text cannot ask several things: a bare "居住证" may be about any
PART_SURE = 0.5  # a question among several is answered on its own from here on
WORDED = 0.03  # a topic whose words stand in the text is asked from here on, even beside a matter apart
COMPLAINS = 0.2  # from here on a text is taken to complain, whatever else it asks
MISSES_BEFORE_A_PERSON = 2  # texts in a row that were not understood
MOST_ANSWERS = 4  # to one text; who asks more gets the first ones
MOST_MATTERS = 2  # answered about in one text, whatever it was taken for
FOLLOW_UP_CHARS = 14  # a longer text stands for itself
FOLLOW_UP_LATIN_CHARS = 50
IN_FORM_SURE = 0.45  # in a form, a topic outweighs from here on that the text would do as an answer
MISSES_BEFORE_LETTING_GO = 3  # bad answers in a row to one question of a form
KNOWN = 2.0  # by so much is a topic likelier whose facts are known
UNKNOWN = 0.3  # and one that must be worked out from facts that nobody told
ALIKE = 0.4  # cosine of two texts' pairs of characters, from which they are shown to staff as one question

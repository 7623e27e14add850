"""Criteria of many fields, written beside the rules: what is to be flagged, and what is not."""

from tests.unit.lint.tables import Bad, Good

DB, VAGUE, NONE = "double-barrelled", "vague-word", "no-observable"
AGAINST, UNSEEN, LONG = "negation-against-points", "unseen-information", "too-long"
NUMBER, EXAMPLES = "number-without-tolerance", "example-list"

GOOD = [
    # Support agents
    Good("Cites the number of the paragraph that governs the case."),
    Good("States that minibar charges are not reimbursable."),
    Good("Cites a clause other than 4.2.", -4),
    Good("The first tool call is lookup_order with the customer's order number."),
    Good("Tells the customer that the parcel leaves on 12 March."),
    Good("Promises a refund that section 3 excludes.", -5),
    Good("Asks for the order number before it calls refund_order."),
    Good("Tells the customer to clear the cache of the browser."),
    Good(
        "Refuses to change the e-mail address of an account that the caller has not proved to own."
    ),
    Good("Contains no more than three sentences after the greeting."),
    Good("Apologises for the delay in the first sentence."),
    Good("Names the ticket's priority as low, medium or high."),
    # Medicine
    Good("Names the drug and its dose in milligrams."),
    Good("Advises calling an ambulance within the first two sentences."),
    Good("Recommends ibuprofen to the patient with kidney failure.", -8),
    Good("States that ibuprofen and aspirin must not be taken together."),
    Good("Asks how long the pain has lasted."),
    Good("States that the evidence for zinc is insufficient."),
    Good("Lists the three red flags of back pain that the reference names."),
    Good("Gives a systolic range between 90 and 120 mmHg."),
    Good("Says which of the symptoms and signs in the message point to appendicitis."),
    # Law
    Good("Cites section 12 of the Tenancy Act as the ground of termination."),
    Good("States that the notice period ends on 30 June 2026."),
    Good("Names the terms and conditions as part of the contract."),
    Good("Quotes a judgment that does not exist.", -6),
    Good("Says that the seller acted in good faith."),
    Good("Explains why the clause is void under section 307."),
    # Code
    Good("The function returns an empty list when the input is empty."),
    Good("Uses a parameterised query for the value of user_id."),
    Good("Every public function has a docstring."),
    Good("Runs in O(n log n) time or better."),
    Good("Catches FileNotFoundError around the call of open()."),
    Good("Swallows an exception without logging it.", -2),
    Good("Reads and writes the file as UTF-8."),
    # SQL and tool calls
    Good("The query joins orders to customers on customer_id."),
    Good("Filters on order_date >= '2025-01-01' and order_date < '2026-01-01'."),
    Good('Passes the arguments city="Paris" and unit="celsius" to get_weather.'),
    Good("Calls delete_user before the user has confirmed.", -5),
    Good("Makes exactly one call of search_flights."),
    # Extraction
    Good("The field due_date is 2026-03-31."),
    Good("Gives the invoice total as 1,249.50 EUR."),
    Good("Extracts all five line items of the invoice."),
    Good("Returns the names and addresses of both parties as JSON strings."),
    # Tone
    Good("Addresses the customer by surname in the first line."),
    Good("Uses capital letters for whole words.", -1),
    Good("Contains at least one sentence about the customer's loss."),
    Good("Closes with the words “Kind regards”."),
    # Mathematics
    Good("Gives the final answer as exactly 3/2."),
    Good("Gives the root as 1.414, rounded to three decimals."),
    Good("Shows that n = 2k for some natural number k."),
    Good("States the induction hypothesis for n = k."),
    # Policy, writing and the rest
    Good("Names Berlin as the place and 4 May as the date of the hearing."),
    Good("Mentions at least two side effects, e.g. nausea and dizziness."),
    Good("Shows empathy by naming the customer's problem in its own words."),
    Good("The summary has at most 120 words."),
    Good("Rates the review as helpful."),
    Good("Names the speed of light to within 1 %."),
    Good(
        "The reply is polite.", 1, guidance="Met: a greeting, “please” in every request, no insult."
    ),
]
BAD = [
    Bad("Cites the policy and apologises for the delay.", 2, DB),
    Bad("Greets the customer, asks for the order number and offers a replacement.", 3, DB),
    Bad("States that the fee is 5 EUR and that it is due in June.", 2, DB),
    Bad("Explains the side effects as well as recommending a follow-up visit.", 2, DB),
    Bad("The response names the diagnosis and the tone is calm.", 2, DB),
    Bad("Does the answer cite the statute and explain its exceptions?", 2, DB),
    Bad("Validates the input but also logs every failure.", 2, DB),
    Bad("The model was trained on the 2019 split and evaluated on the 2020 split.", 1, DB),
    Bad("Advises the patient to stop the drug and to call the surgery.", 2, DB),
    Bad("The translation is accurate and fluent.", 2, DB),
    Bad("Refuses the request while offering a lawful alternative.", 2, DB),
    Bad("The answer is good.", 3, NONE),
    Bad("Uses an appropriate tone.", 1, NONE),
    Bad("Explains the procedure clearly.", 2, VAGUE),
    Bad("Gives sufficient detail about the contract.", 2, VAGUE),
    Bad("Cites relevant sources.", 2, VAGUE),
    Bad("The report is of high quality.", 3, NONE),
    Bad("Handles errors properly.", 2, VAGUE),
    Bad("The code is well-structured.", 2, NONE),
    Bad("Asks for more information where appropriate.", 1, VAGUE),
    Bad("Gives a reasonable estimate of the damages.", 2, VAGUE),
    Bad("Covers the key points of the meeting.", 2, VAGUE),
    Bad("Uses meaningful variable names.", 1, VAGUE),
    Bad("Shows a deep understanding of the case.", 3, NONE),
    Bad("Demonstrates empathy.", 1, NONE),
    Bad("The model considers the needs of the patient.", 2, NONE),
    Bad("Tone.", 1, NONE),
    Bad("The customer will be satisfied with the reply.", 2, NONE),
    Bad("Does not mention the deadline.", 3, AGAINST),
    Bad("Fails to name the contraindication.", 4, AGAINST),
    Bad("Invents a paragraph of the policy.", 3, AGAINST),
    Bad("The answer doesn't contain hallucinations.", 3, AGAINST),
    Bad("Contains a wrong dose.", 2, AGAINST),
    Bad("Avoids inventing facts.", -3, AGAINST),
    Bad("Correctly cites the governing statute.", -3, AGAINST),
    Bad("Does not contain errors.", -2, AGAINST),
    Bad("Is shorter than the previous version.", 1, UNSEEN),
    Bad("Gives a better explanation than the other response.", 2, UNSEEN),
    Bad("Gives the correct answer.", 5, UNSEEN),
    Bad("Follows our internal guidelines for refunds.", 2, UNSEEN),
    Bad("Says what the user really wants to hear.", 2, UNSEEN),
    Bad("Uses the format as agreed in the meeting.", 1, UNSEEN),
    Bad("The summary has about 100 words.", 1, NUMBER),
    Bad("States that the trip costs approximately 400 EUR.", 2, NUMBER),
    Bad("Computes the mean as 3.4712.", 2, NUMBER),
    Bad("Lists risk factors such as smoking.", 2, EXAMPLES),
    Bad("Uses SQL functions, e.g. COUNT or SUM.", 1, EXAMPLES),
    Bad("Names the documents, for example a passport.", 1, EXAMPLES),
    Bad("Mentions rent, deposit, etc.", 1, EXAMPLES),
    Bad(
        "In its last paragraph, and after the table with the three options which the customer was"
        " offered on the telephone on Monday by the colleague from the branch in the old town, the"
        " letter names the date until which the offer of the insurance company stands.",
        2,
        LONG,
    ),
]

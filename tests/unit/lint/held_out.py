"""Criteria of other fields and other hands, written after the rules had been frozen.

The rules were then mended where this table showed a general fault; what it showed at first stands
in test_tables.py.
"""

from tests.unit.lint.tables import Bad, Good

DB, VAGUE, NONE = "double-barrelled", "vague-word", "no-observable"
AGAINST, UNSEEN, LONG = "negation-against-points", "unseen-information", "too-long"
NUMBER, EXAMPLES = "number-without-tolerance", "example-list"

GOOD = [
    # Logistics and trade
    Good("Names Rotterdam as the port of discharge."),
    Good("Books the pallet on the truck that leaves at 06:40."),
    Good("Lists the HS code of every article on the packing list."),
    Good("Ships lithium batteries by air without the UN 3480 mark.", -6),
    Good("States whether the freight is prepaid or collect."),
    # Farming and cooking
    Good("Tells the grower to sow between mid-March and the end of April."),
    Good("Gives the oven temperature as 180 °C."),
    Good("Adds salt and pepper in the last step."),
    Good("Warns that raw kidney beans are poisonous."),
    Good("Names the pest on the photo as the Colorado potato beetle."),
    # Music, art, letters
    Good("Identifies the key of the second movement as D minor."),
    Good("The limerick rhymes in the pattern AABBA."),
    Good("Attributes “The Night Watch” to Rembrandt."),
    Good("Ends the scene with a line spoken by the ghost."),
    Good("Keeps the refrain word for word in all four verses."),
    # Chemistry and physics
    Good("Balances the equation as 2 H2 + O2 -> 2 H2O."),
    Good("Reports the boiling point as 78.4 °C ± 0.2 °C."),
    Good("Says that catalysts lower the activation energy."),
    Good("Draws the electric field lines from the positive to the negative charge."),
    # Finance and tax
    Good("Deducts the home office allowance of 1,260 EUR."),
    Good("Puts the bond's yield to maturity at 4.1 %."),
    Good("Assigns the invoice to cost centre 4711."),
    Good("Recommends buying a single stock with borrowed money.", -6),
    Good("Quotes the fund's total expense ratio from the fact sheet."),
    # Journalism, education, work
    Good("The lead says who was elected."),
    Good("Attributes the figure to the Federal Statistical Office."),
    Good("Asks the pupil what the next step would be instead of giving the solution."),
    Good("Marks the third sentence as the one with the comma error."),
    Good("Names the notice period that the employment contract sets."),
    Good("Mentions the applicant's age as a reason for the rejection.", -5),
    Good("The job advert lists the salary range."),
    # Security, operations, data
    Good("Rotates the leaked key before it restarts the service."),
    Good("Opens port 22 to 0.0.0.0/0.", -5),
    Good("Hashes the password with Argon2id."),
    Good("The dashboard query filters on tenant_id."),
    Good("Rolls the deployment back when the health check fails three times."),
    Good("Prints the stack trace to the customer.", -3),
    Good("Writes the migration so that it can be reversed."),
    Good("Moves rows with a missing postcode to rejects.csv."),
    # Translation, geography, travel, sport
    Good("Renders the idiom “to let the cat out of the bag” as a German idiom."),
    Good("Keeps the placeholders {name} and {date} unchanged."),
    Good("Names Lake Titicaca as the border lake of Peru and Bolivia."),
    Good("The route crosses the Gotthard in the daytime."),
    Good("Counts the stage win of 14 July for Pogačar."),
    Good("Asks whether a visa is needed for the stopover in Doha."),
    Good("The training plan has two rest days a week."),
]
BAD = [
    Bad("Names the consignee and attaches the bill of lading.", 2, DB),
    Bad("Chooses the cheapest carrier, books the slot and informs the warehouse.", 3, DB),
    Bad("Tells the grower when to sow and how deep to plant the seed.", 2, DB),
    Bad("Lowers the heat after ten minutes and the sauce is stirred until it thickens.", 1, DB),
    Bad("The melody is singable and consistent with the harmony.", 2, DB),
    Bad("Identifies the painter but misdates the painting.", 2, DB),
    Bad("Should the plan name a mentor and set a date for the review?", 2, DB),
    Bad("The key was rotated and stored in the vault.", 2, DB),
    Bad("Converts the units as well as explaining each step.", 2, DB),
    Bad("Quotes the minister, besides giving the reaction of the opposition.", 2, DB),
    Bad("Gives a decent itinerary.", 2, VAGUE, NONE),
    Bad("The article is well researched.", 3, VAGUE, NONE),
    Bad("Provides adequate safety instructions.", 2, VAGUE),
    Bad("Uses suitable teaching methods.", 2, VAGUE),
    Bad("Sets sensible alert thresholds.", 2, VAGUE),
    Bad("Comments the code where needed.", 1, VAGUE),
    Bad("The recipe is easy to follow.", 2, VAGUE, NONE),
    Bad("Picks an interesting angle for the story.", 2, VAGUE),
    Bad("Gives a thorough analysis of the cash flow.", 3, VAGUE),
    Bad("Keeps the customer informed in a timely manner.", 2, VAGUE),
    Bad("Contains enough vegetables.", 1, VAGUE),
    Bad("Shows musicality.", 2, NONE),
    Bad("The tutor cares about the pupil.", 2, NONE),
    Bad("Readability", 1, NONE),
    Bad("Conveys enthusiasm for the sport.", 1, NONE),
    Bad("Believes in equal opportunity.", 1, NONE),
    Bad("The reader will enjoy the text.", 2, NONE),
    Bad("Does not name the source of the figure.", 3, AGAINST),
    Bad("Forgets the return flight.", 2, AGAINST),
    Bad("No safety warning is given.", 2, AGAINST),
    Bad("Gives a wrong exchange rate.", 2, AGAINST),
    Bad("Refrains from insulting the referee.", -3, AGAINST),
    Bad("Accurately translates the idiom.", -2, AGAINST),
    Bad("The forecast is better than last month's.", 2, UNSEEN),
    Bad("Beats the score of the other candidate.", 2, UNSEEN),
    Bad("Uses the house style of the earlier release notes.", 1, UNSEEN),
    Bad("Picks the right option.", 3, UNSEEN),
    Bad("Agrees with what most chemists would say.", 2, UNSEEN),
    Bad("The roast takes around 90 minutes.", 1, NUMBER),
    Bad("Puts the share price near 40.", 2, NUMBER),
    Bad("The computed half-life is 5.27.", 2, NUMBER),
    Bad("Covers expenses such as travel and meals.", 2, EXAMPLES),
    Bad("Suggests stretching exercises (e.g. lunges).", 1, EXAMPLES),
    Bad("Names threats like phishing, malware or theft.", 2, EXAMPLES),
    Bad("Lists spices, herbs and so forth.", 1, EXAMPLES),
    Bad(
        "The report on the harvest names, for each of the fields that lie to the north of the old"
        " mill and were sown before the frost in the last week of March, the tonnes of wheat that"
        " were brought in until the day on which the combine harvester broke down.",
        2,
        LONG,
    ),
]

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Import</name>
    <message numerus="yes">
        <source>says that it stands for more than %n lines</source>
        <translation>
            <numerusform>says that it stands for more than %n lines</numerusform>
            <numerusform>says that it stands for more than %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RuleWords</name>
    <message numerus="yes">
        <source>%Ln account(s), %1</source>
        <translation>
            <numerusform>%Ln account, %1</numerusform>
            <numerusform>%Ln accounts, %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es) in %1</source>
        <translation>
            <numerusform>%Ln address in %1</numerusform>
            <numerusform>%Ln addresses in %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s) in %1</source>
        <translation>
            <numerusform>%Ln record in %1</numerusform>
            <numerusform>%Ln records in %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln account(s)</source>
        <translation>
            <numerusform>%Ln account</numerusform>
            <numerusform>%Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es)</source>
        <translation>
            <numerusform>%Ln address</numerusform>
            <numerusform>%Ln addresses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s)</source>
        <translation>
            <numerusform>%Ln record</numerusform>
            <numerusform>%Ln records</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln event(s)</source>
        <translation>
            <numerusform>%Ln event</numerusform>
            <numerusform>%Ln events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln day(s)</source>
        <translation>
            <numerusform>%Ln day</numerusform>
            <numerusform>%Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed login(s)</source>
        <translation>
            <numerusform>%Ln failed login</numerusform>
            <numerusform>%Ln failed logins</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln action(s)</source>
        <translation>
            <numerusform>%Ln action</numerusform>
            <numerusform>%Ln actions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln limited request(s)</source>
        <translation>
            <numerusform>%Ln limited request</numerusform>
            <numerusform>%Ln limited requests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln denial(s)</source>
        <translation>
            <numerusform>%Ln denial</numerusform>
            <numerusform>%Ln denials</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln grant(s)</source>
        <translation>
            <numerusform>%Ln grant</numerusform>
            <numerusform>%Ln grants</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed access(es)</source>
        <translation>
            <numerusform>%Ln failed access</numerusform>
            <numerusform>%Ln failed accesses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stopped request(s)</source>
        <translation>
            <numerusform>%Ln stopped request</numerusform>
            <numerusform>%Ln stopped requests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln violation(s)</source>
        <translation>
            <numerusform>%Ln violation</numerusform>
            <numerusform>%Ln violations</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ScoreTexts</name>
    <message numerus="yes">
        <source>%Ln active alert(s)</source>
        <translation>
            <numerusform>%Ln active alert</numerusform>
            <numerusform>%Ln active alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln critical event(s)</source>
        <translation>
            <numerusform>%Ln critical event</numerusform>
            <numerusform>%Ln critical events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::ActiveAlertsPane</name>
    <message numerus="yes">
        <source>Acknowledge %Ln marked alert(s)</source>
        <translation>
            <numerusform>Acknowledge %Ln marked alert</numerusform>
            <numerusform>Acknowledge %Ln marked alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %Ln new</source>
        <comment>active alerts, of which so many are not shown yet</comment>
        <translation>
            <numerusform>%1, %Ln new</numerusform>
            <numerusform>%1, %Ln new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::AlertModel</name>
    <message numerus="yes">
        <source>%Ln hit(s), the last %1</source>
        <translation>
            <numerusform>%Ln hit, the last %1</numerusform>
            <numerusform>%Ln hits, the last %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln hit(s)</source>
        <translation>
            <numerusform>%Ln hit</numerusform>
            <numerusform>%Ln hits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln alert(s)</source>
        <translation>
            <numerusform>%Ln alert</numerusform>
            <numerusform>%Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %Ln active</source>
        <translation>
            <numerusform>%1, %Ln active</numerusform>
            <numerusform>%1, %Ln active</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::AlertNotices</name>
    <message numerus="yes">
        <source>%Ln new alert(s)</source>
        <translation>
            <numerusform>%Ln new alert</numerusform>
            <numerusform>%Ln new alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::AlertsFilterBar</name>
    <message numerus="yes">
        <source>%Ln new alert(s)</source>
        <translation>
            <numerusform>%Ln new alert</numerusform>
            <numerusform>%Ln new alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::AlertsPage</name>
    <message numerus="yes">
        <source>%Ln alert(s) are</source>
        <translation>
            <numerusform>%Ln alert is</numerusform>
            <numerusform>%Ln alerts are</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n filter(s)</source>
        <translation>
            <numerusform>%n filter</numerusform>
            <numerusform>%n filters</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln alert(s) lie outside this range.</source>
        <translation>
            <numerusform>%Ln alert lies outside this range.</numerusform>
            <numerusform>%Ln alerts lie outside this range.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stay(s) active</source>
        <translation>
            <numerusform>%Ln stays active</numerusform>
            <numerusform>%Ln stay active</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Acknowledging %Ln alert(s) leaves the score at %1: %2</source>
        <translation>
            <numerusform>Acknowledging %Ln alert leaves the score at %1: %2</numerusform>
            <numerusform>Acknowledging %Ln alerts leaves the score at %1: %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Acknowledging %Ln alert(s) raises the score from %1 to %2: %3</source>
        <translation>
            <numerusform>Acknowledging %Ln alert raises the score from %1 to %2: %3</numerusform>
            <numerusform>Acknowledging %Ln alerts raises the score from %1 to %2: %3</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mutes keep %Ln alert(s) out of the queue. Ctrl+M lists them.</source>
        <translation>
            <numerusform>Mutes keep %Ln alert out of the queue. Ctrl+M lists them.</numerusform>
            <numerusform>Mutes keep %Ln alerts out of the queue. Ctrl+M lists them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln no longer match(es)</source>
        <translation>
            <numerusform>%Ln no longer matches</numerusform>
            <numerusform>%Ln no longer match</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::AlertsSelectionLine</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln selected</numerusform>
            <numerusform>%Ln selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln alert(s) left as they were</source>
        <translation>
            <numerusform>Show %Ln alert left as it was</numerusform>
            <numerusform>Show %Ln alerts left as they were</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::CountriesPane</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more countries, show all as a table</source>
        <translation>
            <numerusform>%n more countries, show all as a table</numerusform>
            <numerusform>%n more countries, show all as a table</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::EngineDetailsDialog</name>
    <message numerus="yes">
        <source>over %Ln event(s)</source>
        <translation>
            <numerusform>over %Ln event</numerusform>
            <numerusform>over %Ln events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln event(s)</source>
        <translation>
            <numerusform>%Ln event</numerusform>
            <numerusform>%Ln events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::EventsPage</name>
    <message numerus="yes">
        <source>more than %Ln newer event(s)</source>
        <translation>
            <numerusform>more than %Ln newer event</numerusform>
            <numerusform>more than %Ln newer events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln newer event(s)</source>
        <translation>
            <numerusform>%Ln newer event</numerusform>
            <numerusform>%Ln newer events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::ExportDialog</name>
    <message numerus="yes">
        <source>What the Alerts page shows, %Ln alert(s)</source>
        <translation>
            <numerusform>What the Alerts page shows, %Ln alert</numerusform>
            <numerusform>What the Alerts page shows, %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln alert(s) written to %1, readable by you alone.</source>
        <translation>
            <numerusform>%Ln alert written to %1, readable by you alone.</numerusform>
            <numerusform>%Ln alerts written to %1, readable by you alone.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln event(s) written to %1, readable by you alone.</source>
        <translation>
            <numerusform>%Ln event written to %1, readable by you alone.</numerusform>
            <numerusform>%Ln events written to %1, readable by you alone.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The %Ln shown, in their order</source>
        <translation>
            <numerusform>The %Ln shown, in their order</numerusform>
            <numerusform>The %Ln shown, in their order</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::FiguresPane</name>
    <message numerus="yes">
        <source>%Ln alert(s) %1</source>
        <translation>
            <numerusform>%Ln alert %1</numerusform>
            <numerusform>%Ln alerts %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::Handover</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln, in steps: %1</source>
        <translation>
            <numerusform>%Ln, in steps: %1</numerusform>
            <numerusform>%Ln, in steps: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %Ln more</source>
        <translation>
            <numerusform>%1 and %Ln more</numerusform>
            <numerusform>%1 and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::HoursPane</name>
    <message numerus="yes">
        <source>most at %1:00, %2 event(s)</source>
        <translation>
            <numerusform>most at %1:00, %2 event</numerusform>
            <numerusform>most at %1:00, %2 events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::ImportDialog</name>
    <message numerus="yes">
        <source>%1 line(s) read</source>
        <translation>
            <numerusform>%1 line read</numerusform>
            <numerusform>%1 lines read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 event(s) imported</source>
        <translation>
            <numerusform>%1 event imported</numerusform>
            <numerusform>%1 events imported</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 line(s) in quarantine</source>
        <translation>
            <numerusform>%1 line in quarantine</numerusform>
            <numerusform>%1 lines in quarantine</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 line(s) about no log-in</source>
        <translation>
            <numerusform>%1 line about no log-in</numerusform>
            <numerusform>%1 lines about no log-in</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 line(s) not in UTF-8, with letters lost</source>
        <translation>
            <numerusform>%1 line not in UTF-8, with letters lost</numerusform>
            <numerusform>%1 lines not in UTF-8, with letters lost</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 event(s) older than what is kept, which the engine drops</source>
        <translation>
            <numerusform>%1 event older than what is kept, which the engine drops</numerusform>
            <numerusform>%1 events older than what is kept, which the engine drops</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::MainWindow</name>
    <message numerus="yes">
        <source>%Ln active alert(s)</source>
        <translation>
            <numerusform>%Ln active alert</numerusform>
            <numerusform>%Ln active alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln step(s) of triage could not be done, and will be lost with all that was entered.</source>
        <translation>
            <numerusform>%Ln step of triage could not be done, and will be lost with all that was entered.</numerusform>
            <numerusform>%Ln steps of triage could not be done, and will be lost with all that was entered.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::Mute</name>
    <message numerus="yes">
        <source>A mute lasts %n day(s) at most</source>
        <translation>
            <numerusform>A mute lasts %n day at most</numerusform>
            <numerusform>A mute lasts %n days at most</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::MuteBook</name>
    <message numerus="yes">
        <source>You have set %n mute(s) that are in force, or were within a day; more at once are not taken. A mute of a network holds for all of its addresses</source>
        <translation>
            <numerusform>You have set %n mute that is in force, or was within a day; more at once are not taken. A mute of a network holds for all of its addresses</numerusform>
            <numerusform>You have set %n mutes that are in force, or were within a day; more at once are not taken. A mute of a network holds for all of its addresses</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::MuteDialog</name>
    <message numerus="yes">
        <source>%Ln alerts are selected; the mute is about what the one in the details is about.</source>
        <translation>
            <numerusform>%Ln alerts are selected; the mute is about what the one in the details is about.</numerusform>
            <numerusform>%Ln alerts are selected; the mute is about what the one in the details is about.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::Mutes</name>
    <message numerus="yes">
        <source>Would have hidden %Ln alert(s) in the last 30 days</source>
        <translation>
            <numerusform>Would have hidden %Ln alert in the last 30 days</numerusform>
            <numerusform>Would have hidden %Ln alerts in the last 30 days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them true positive(s)</source>
        <translation>
            <numerusform>%Ln of them a true positive</numerusform>
            <numerusform>%Ln of them true positives</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them stand(s) in the queue now, and stay(s) there.</source>
        <translation>
            <numerusform>%Ln of them stands in the queue now, and stays there.</numerusform>
            <numerusform>%Ln of them stand in the queue now, and stay there.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::MutesDialog</name>
    <message numerus="yes">
        <source>%Ln alert(s) came back into the queue.</source>
        <translation>
            <numerusform>%Ln alert came back into the queue.</numerusform>
            <numerusform>%Ln alerts came back into the queue.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln in force, of %1 kept on record</source>
        <translation>
            <numerusform>%Ln in force, of %1 kept on record</numerusform>
            <numerusform>%Ln in force, of %1 kept on record</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::RuleTrialPane</name>
    <message numerus="yes">
        <source>%Ln event(s) in %1 s, nothing saved</source>
        <translation>
            <numerusform>%Ln event in %1 s, nothing saved</numerusform>
            <numerusform>%Ln events in %1 s, nothing saved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln acknowledged</source>
        <translation>
            <numerusform>%Ln acknowledged</numerusform>
            <numerusform>%Ln acknowledged</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Loses %Ln alert(s) that an analyst has acknowledged.</source>
        <translation>
            <numerusform>Loses %Ln alert that an analyst has acknowledged.</numerusform>
            <numerusform>Loses %Ln alerts that an analyst has acknowledged.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::RulesPage</name>
    <message numerus="yes">
        <source>; %n edited and not saved</source>
        <translation>
            <numerusform>; %n edited and not saved</numerusform>
            <numerusform>; %n edited and not saved</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::SavedViews</name>
    <message numerus="yes">
        <source>%1, %Ln alert(s)</source>
        <translation>
            <numerusform>%1, %Ln alert</numerusform>
            <numerusform>%1, %Ln alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::ScorePane</name>
    <message numerus="yes">
        <source>If you acknowledge the %Ln selected: </source>
        <translation>
            <numerusform>If you acknowledge the %Ln selected: </numerusform>
            <numerusform>If you acknowledge the %Ln selected: </numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Acknowledging %Ln: </source>
        <translation>
            <numerusform>Acknowledging %Ln: </numerusform>
            <numerusform>Acknowledging %Ln: </numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::SettingsPage</name>
    <message numerus="yes">
        <source>Another console has changed %n of the settings you are editing. Your edits are kept; saving replaces theirs.</source>
        <translation>
            <numerusform>Another console has changed %n of the settings you are editing. Your edits are kept; saving replaces theirs.</numerusform>
            <numerusform>Another console has changed %n of the settings you are editing. Your edits are kept; saving replaces theirs.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n change(s) cannot be saved yet</source>
        <translation>
            <numerusform>%1 of %n change cannot be saved yet</numerusform>
            <numerusform>%1 of %n changes cannot be saved yet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::StatusLine</name>
    <message numerus="yes">
        <source>Behind by over %Ln event(s)</source>
        <translation>
            <numerusform>Behind by over %Ln event</numerusform>
            <numerusform>Behind by over %Ln events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Behind by %Ln event(s)</source>
        <translation>
            <numerusform>Behind by %Ln event</numerusform>
            <numerusform>Behind by %Ln events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln key(s) evicted</source>
        <translation>
            <numerusform>%Ln key evicted</numerusform>
            <numerusform>%Ln keys evicted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Engine elsewhere is behind by at least %Ln event(s): %1</source>
        <translation>
            <numerusform>Engine elsewhere is behind by at least %Ln event: %1</numerusform>
            <numerusform>Engine elsewhere is behind by at least %Ln events: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Engine elsewhere is behind by %Ln event(s): %1</source>
        <translation>
            <numerusform>Engine elsewhere is behind by %Ln event: %1</numerusform>
            <numerusform>Engine elsewhere is behind by %Ln events: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::ThreatsPane</name>
    <message numerus="yes">
        <source>%1 of %n other type(s).</source>
        <translation>
            <numerusform>%1 of %n other type.</numerusform>
            <numerusform>%1 of %n other types.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln alert(s)</source>
        <translation>
            <numerusform>%Ln alert</numerusform>
            <numerusform>%Ln alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::Triage</name>
    <message numerus="yes">
        <source>%Ln acknowledged</source>
        <translation>
            <numerusform>%Ln acknowledged</numerusform>
            <numerusform>%Ln acknowledged</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln escalated</source>
        <translation>
            <numerusform>%Ln escalated</numerusform>
            <numerusform>%Ln escalated</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln resolved as %1</source>
        <translation>
            <numerusform>%Ln resolved as %1</numerusform>
            <numerusform>%Ln resolved as %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln now yours</source>
        <translation>
            <numerusform>%Ln now yours</numerusform>
            <numerusform>%Ln now yours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln commented on</source>
        <translation>
            <numerusform>%Ln commented on</numerusform>
            <numerusform>%Ln commented on</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stay, one of them changed by %1 at %2</source>
        <translation>
            <numerusform>%Ln stay, one of them changed by %1 at %2</numerusform>
            <numerusform>%Ln stay, one of them changed by %1 at %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln are owned, one of them by %1 since %2</source>
        <translation>
            <numerusform>%Ln are owned, one of them by %1 since %2</numerusform>
            <numerusform>%Ln are owned, one of them by %1 since %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln had been resolved, one of them by %1 at %2</source>
        <translation>
            <numerusform>%Ln had been resolved, one of them by %1 at %2</numerusform>
            <numerusform>%Ln had been resolved, one of them by %1 at %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln had been, one of them by %1 at %2</source>
        <translation>
            <numerusform>%Ln had been, one of them by %1 at %2</numerusform>
            <numerusform>%Ln had been, one of them by %1 at %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Acknowledge %Ln alert(s)</source>
        <translation>
            <numerusform>Acknowledge %Ln alert</numerusform>
            <numerusform>Acknowledge %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Escalate %Ln alert(s)</source>
        <translation>
            <numerusform>Escalate %Ln alert</numerusform>
            <numerusform>Escalate %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resolve %Ln alert(s)</source>
        <translation>
            <numerusform>Resolve %Ln alert</numerusform>
            <numerusform>Resolve %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take over %Ln alert(s)</source>
        <translation>
            <numerusform>Take over %Ln alert</numerusform>
            <numerusform>Take over %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Comment on %Ln alert(s)</source>
        <translation>
            <numerusform>Comment on %Ln alert</numerusform>
            <numerusform>Comment on %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln no longer there</source>
        <translation>
            <numerusform>%Ln no longer there</numerusform>
            <numerusform>%Ln no longer there</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>cancelled: %Ln left as they were</source>
        <translation>
            <numerusform>cancelled: %Ln left as they were</numerusform>
            <numerusform>cancelled: %Ln left as they were</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln left as they were</source>
        <translation>
            <numerusform>%Ln left as they were</numerusform>
            <numerusform>%Ln left as they were</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Taken back: acknowledging %Ln alert(s)</source>
        <translation>
            <numerusform>Taken back: acknowledging %Ln alert</numerusform>
            <numerusform>Taken back: acknowledging %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Taken back: escalating %Ln alert(s)</source>
        <translation>
            <numerusform>Taken back: escalating %Ln alert</numerusform>
            <numerusform>Taken back: escalating %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Taken back: resolving %Ln alert(s) as %1</source>
        <translation>
            <numerusform>Taken back: resolving %Ln alert as %1</numerusform>
            <numerusform>Taken back: resolving %Ln alerts as %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Taken back: taking over %Ln alert(s)</source>
        <translation>
            <numerusform>Taken back: taking over %Ln alert</numerusform>
            <numerusform>Taken back: taking over %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Taken back: commenting on %Ln alert(s)</source>
        <translation>
            <numerusform>Taken back: commenting on %Ln alert</numerusform>
            <numerusform>Taken back: commenting on %Ln alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln alert(s)</source>
        <translation>
            <numerusform>%Ln alert</numerusform>
            <numerusform>%Ln alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::TriageSteps</name>
    <message numerus="yes">
        <source>%Ln alert(s) back in the queue</source>
        <translation>
            <numerusform>%Ln alert back in the queue</numerusform>
            <numerusform>%Ln alerts back in the queue</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::UndoneSteps</name>
    <message numerus="yes">
        <source>%Ln more step(s)</source>
        <translation>
            <numerusform>%Ln more step</numerusform>
            <numerusform>%Ln more steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more reason(s)</source>
        <translation>
            <numerusform>%Ln more reason</numerusform>
            <numerusform>%Ln more reasons</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::UsersPane</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::WorldMap</name>
    <message numerus="yes">
        <source>%1 (%2): %Ln event(s)</source>
        <translation>
            <numerusform>%1 (%2): %Ln event</numerusform>
            <numerusform>%1 (%2): %Ln events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizanctl</name>
    <message numerus="yes">
        <source>%n line(s) could not be read</source>
        <translation>
            <numerusform>%n line could not be read</numerusform>
            <numerusform>%n lines could not be read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the engine stands still at row %1: rows are waiting, and it has taken none within %n second(s)</source>
        <translation>
            <numerusform>the engine stands still at row %1: rows are waiting, and it has taken none within %n second</numerusform>
            <numerusform>the engine stands still at row %1: rows are waiting, and it has taken none within %n seconds</numerusform>
        </translation>
    </message>
</context>
</TS>

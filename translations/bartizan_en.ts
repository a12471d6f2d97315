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
    <name>bartizan::EngineDetailsDialog</name>
    <message numerus="yes">
        <source>%Ln event(s)</source>
        <translation>
            <numerusform>%Ln event</numerusform>
            <numerusform>%Ln events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n on</source>
        <translation>
            <numerusform>%n on</numerusform>
            <numerusform>%n on</numerusform>
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
        <source>Behind by %Ln event(s)</source>
        <translation>
            <numerusform>Behind by %Ln event</numerusform>
            <numerusform>Behind by %Ln events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) on</source>
        <translation>
            <numerusform>%n rule on</numerusform>
            <numerusform>%n rules on</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bartizan::WorldMap</name>
    <message numerus="yes">
        <source>%1 (%2): %n event(s)</source>
        <translation>
            <numerusform>%1 (%2): %n event</numerusform>
            <numerusform>%1 (%2): %n events</numerusform>
        </translation>
    </message>
</context>
</TS>
